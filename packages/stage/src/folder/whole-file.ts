// Writes a file so that it is complete or absent: to a temporary name in the same folder, flushed to the disk, then renamed.
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'

/** one write takes at most 2^31 - 1 bytes */
const MOST = 2 ** 30

/**
 * Writes `data` to `path` so that a reader, or a run after a crash, sees the old file or the complete new
 * one.
 * @param data the bytes, a text, or parts in their order: data larger than memory, or than 2 GiB, must be in
 * parts
 * @throws the file system's error (ENOSPC, EACCES, ...); the incomplete temporary file is removed
 */
export function writeWholeFile(path: string, data: Uint8Array | string | Iterable<Uint8Array>): void {
  const temporary = `${path}.part`
  const parts = typeof data === 'string' ? [Buffer.from(data)] : data instanceof Uint8Array ? [data] : data
  const file = openSync(temporary, 'w')
  try {
    for (const part of parts)
      for (let at = 0; at < part.byteLength; )
        at += writeSync(file, part, at, Math.min(MOST, part.byteLength - at))
    fsyncSync(file)
  } catch (error) {
    closeSync(file)
    rmSync(temporary, { force: true })
    throw error
  }
  closeSync(file)
  renameSync(temporary, path)
}

// A file that is whole or not there: written beside its name, flushed to the disk, then renamed.
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'

/**
 * Writes `bytes` to `path` so that a reader, or a run after a crash, sees the old file or the whole new one.
 * @throws the file system's error (ENOSPC, EACCES, ...); the half-written temporary file is removed
 */
export function writeWholeFile(path: string, bytes: Uint8Array | string): void {
  const temporary = `${path}.part`
  const data = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
  const file = openSync(temporary, 'w')
  try {
    let offset = 0
    while (offset < data.byteLength) offset += writeSync(file, data, offset)
    fsyncSync(file)
  } catch (error) {
    closeSync(file)
    rmSync(temporary, { force: true })
    throw error
  }
  closeSync(file)
  renameSync(temporary, path)
}

// Checks that a text file is complete: readable, in the right encoding, not truncated, its quotes closed.
// DuckDB reads the beginning of a truncated compressed file without an error.
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { InputError } from '@disranker/stage'
import { compressionOf } from '../../input/input-files.ts'
import { scanCsv } from './csv-scan.ts'
import { eachPart } from './decompressed.ts'
import { countFrames } from './zstd-frames.ts'

const PEEK = 65_536 // bytes

/**
 * The first text of a file, decompressed, without a byte order mark.
 * @throws {InputError} when it is empty, cannot be read, is not UTF-8 in its first bytes, or is not
 * compressed as its extension says
 */
export async function peek(file: string): Promise<string> {
  checkReadable(file)
  const parts: Uint8Array[] = []
  checkFrames(file)
  await eachPart(file, (bytes) => parts.push(bytes), PEEK).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'Z_BUF_ERROR') throw cutOff(file)
    // checkWhole reports damage further down
    if (parts.length === 0) throw notCompressed(file, error)
  })
  const start = Buffer.concat(parts).subarray(0, PEEK)
  checkEncoding(file, start)
  return start.toString('utf8').replace(/^\ufeff/, '')
}

/**
 * @param delimiter of a CSV file, whose quotes are then checked
 * @returns whether its last line has an end
 * @throws {InputError} when it is truncated or damaged, or a quote is not closed
 */
export async function checkWhole(file: string, delimiter?: string): Promise<{ endsWithNewline: boolean }> {
  // Node reads the first frame alone
  if (checkFrames(file) > 1) return { endsWithNewline: true }
  if (compressionOf(file) === 'none' && delimiter === undefined)
    return { endsWithNewline: lastByteOf(file) === 0x0a }
  const scan = delimiter === undefined ? undefined : scanCsv(delimiter)
  let last = 0
  try {
    await eachPart(file, (bytes) => {
      scan?.add(bytes)
      last = bytes.at(-1) ?? last
    })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw code === 'Z_BUF_ERROR' ? cutOff(file) : damaged(file, message, error)
  }
  const line = scan?.end()
  if (line !== undefined)
    throw new InputError(
      `${file}, line ${line}: a quote is opened and not closed before the value ends, so the rows below it would be taken for one value. Wanted: quotes around whole values, and a quote within one written twice (""). Export it again, or fix the line.`,
    )
  return { endsWithNewline: last === 0x0a }
}

/** @returns number of frames of a zstd file, 1 for any other */
function checkFrames(file: string): number {
  if (compressionOf(file) !== 'zstd') return 1
  const frames = countFrames(file)
  if (frames === 'cut') throw cutOff(file)
  if (frames === 'broken') throw notCompressed(file, new Error('it has bytes that are no zstd'))
  return frames
}

function checkReadable(file: string): void {
  try {
    const stats = statSync(file)
    if (!stats.isFile())
      throw new InputError(`${file} is no file that can be read. Wanted: a plain file. Remove it.`)
    closeSync(openSync(file, 'r'))
    if (stats.size === 0)
      throw new InputError(`${file} is empty. Wanted: a file with rows. Export it again, or remove it.`)
  } catch (error) {
    if (error instanceof InputError) throw error
    throw new InputError(
      `${file} cannot be read: ${(error as Error).message}. Wanted: a file that this user may read. Change its permissions (chmod a+r). Copy it again if it was deleted.`,
      { cause: error },
    )
  }
}

function checkEncoding(file: string, start: Buffer): void {
  const marked = start.length >= 2 && (start.readUInt16BE(0) === 0xfffe || start.readUInt16BE(0) === 0xfeff)
  // Latin letters have a zero byte in UTF-16
  const zeros = start.subarray(0, 1000).filter((byte) => byte === 0).length
  if (marked || zeros > start.subarray(0, 1000).length / 4)
    throw new InputError(`${file} is UTF-16. Wanted: UTF-8. Convert it: iconv -f UTF-16 -t UTF-8.`)
  if (zeros > 0)
    throw new InputError(
      `${file} has zero bytes, so it is no text. Wanted: a text file in UTF-8. Export it again, or remove it.`,
    )
}

const cutOff = (file: string) =>
  new InputError(
    `${file} is cut off: its compressed data end too early, and the rows behind that are lost. Wanted: a whole ${compressionOf(file)} file. Export it again.`,
  )

const damaged = (file: string, why: string, cause?: unknown) =>
  new InputError(
    `${file} cannot be decompressed: ${why}. Wanted: a whole ${compressionOf(file)} file. Export it again.`,
    { cause },
  )

const notCompressed = (file: string, error: Error) =>
  new InputError(
    `${file} cannot be decompressed: ${error.message}. Wanted: a whole ${compressionOf(file)} file. Compress it again, or remove the ending if it is not compressed.`,
    { cause: error },
  )

function lastByteOf(file: string): number {
  const handle = openSync(file, 'r')
  try {
    const byte = Buffer.alloc(1)
    readSync(handle, byte, 0, 1, Math.max(0, fstatSync(handle).size - 1))
    return byte[0]!
  } finally {
    closeSync(handle)
  }
}

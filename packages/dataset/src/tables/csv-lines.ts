// Finds the lines of CSV records: quoted texts contain line breaks, so a record's number is not its line
// number.
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { compressionOf } from '../input/input-files.ts'

const QUOTE = 0x22
const NEWLINE = 0x0a
const RETURN = 0x0d

/**
 * The first line of each of some records; records count from 1, including the header, and blank lines do not
 * count.
 */
export async function linesOfRecords(file: string, records: readonly number[]): Promise<Map<number, number>> {
  const wanted = new Set(records)
  const lines = new Map<number, number>()
  let line = 1
  let record = 0
  let quoted = false
  let blank = true
  const count = async (source: AsyncIterable<Uint8Array>) => {
    for await (const bytes of source)
      for (const byte of bytes) {
        if (blank && byte !== NEWLINE && byte !== RETURN) {
          blank = false
          record++
          if (wanted.delete(record)) lines.set(record, line)
          if (wanted.size === 0 && !quoted) return
        }
        if (byte === QUOTE) quoted = !quoted
        else if (byte === NEWLINE) {
          line++
          if (!quoted) blank = true
        }
      }
  }
  const bytes = createReadStream(file)
  const compression = compressionOf(file)
  if (compression === 'gzip') await pipeline(bytes, createGunzip(), count)
  else if (compression === 'zstd') await pipeline(bytes, createZstdDecompress(), count)
  else await pipeline(bytes, count)
  return lines
}

// Where a record of a CSV file stands: quoted texts hold line breaks, so the record's number is not its line's.
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { compressionOf } from '../input/input-files.ts'

const QUOTE = 0x22
const NEWLINE = 0x0a
const RETURN = 0x0d

/** The line on which each of some records begins; records count from 1, the header too, and blank lines are none. */
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

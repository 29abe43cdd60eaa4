// Reads and writes files of lines that need not fit into memory, piece by piece.
import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'

const PIECE = 1 << 20 // bytes
const NEWLINE = 10

export interface ByteLine {
  readonly bytes: Buffer
  /** offsets in the file where the line and the next one begin */
  readonly begin: number
  readonly next: number
}

/** Lines of a file as bytes, without line ends. The bytes are valid only until the next line. */
export function* readByteLines(file: string): Generator<ByteLine> {
  const handle = openSync(file, 'r')
  try {
    let buffer = Buffer.allocUnsafe(PIECE)
    /** bytes in the buffer, and the offset of the buffer in the file */
    let filled = 0
    let base = 0
    for (;;) {
      if (filled === buffer.length) buffer = Buffer.concat([buffer], 2 * buffer.length)
      const got = readSync(handle, buffer, filled, buffer.length - filled, base + filled)
      const from = filled
      filled += got
      let begin = 0
      for (
        let end = buffer.indexOf(NEWLINE, from);
        end >= 0 && end < filled;
        end = buffer.indexOf(NEWLINE, begin)
      ) {
        yield { bytes: buffer.subarray(begin, end), begin: base + begin, next: base + end + 1 }
        begin = end + 1
      }
      if (got === 0) {
        if (begin < filled)
          yield { bytes: buffer.subarray(begin, filled), begin: base + begin, next: base + filled }
        return
      }
      buffer.copyWithin(0, begin, filled)
      base += begin
      filled -= begin
    }
  } finally {
    closeSync(handle)
  }
}

/** Lines of a text file, without their ends. */
export function* readTextLines(file: string): Generator<string> {
  for (const { bytes } of readByteLines(file)) yield bytes.toString('utf8')
}

/** The records of a JSONL file that a stage wrote. */
export function* readLines<Record>(file: string): Generator<Record> {
  for (const line of readTextLines(file)) if (line !== '') yield JSON.parse(line) as Record
}

/** The text of a JSONL file. */
export const toLines = (records: readonly unknown[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('')

export interface TextWriter {
  /** Adds text, which is written to the disk in pieces. */
  write(text: string): void
  /** Flushes, and renames the file to its final name. */
  close(): void
  /** Deletes the unfinished file. */
  discard(): void
}

/**
 * A text file that is complete or absent, written piece by piece.
 * @throws the file system's error (ENOSPC, EACCES, ...) from `write` and `close`; no file is left then
 */
export function createTextWriter(file: string): TextWriter {
  const part = `${file}.part`
  const handle = openSync(part, 'w')
  let waiting: string[] = []
  let size = 0
  let open = true
  const discard = () => {
    if (open) closeSync(handle)
    open = false
    rmSync(part, { force: true })
  }
  const guarded = (work: () => void) => {
    try {
      work()
    } catch (error) {
      discard()
      throw error
    }
  }
  const flush = () => {
    const bytes = Buffer.from(waiting.join(''))
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at)
    waiting = []
    size = 0
  }
  return {
    write(text) {
      waiting.push(text)
      size += text.length
      if (size >= PIECE) guarded(flush)
    },
    close() {
      guarded(() => {
        flush()
        fsyncSync(handle)
      })
      closeSync(handle)
      open = false
      renameSync(part, file)
    },
    discard,
  }
}

/** Writes a whole file from the texts as they arrive. */
export function writeTexts(file: string, texts: Iterable<string>): void {
  const writer = createTextWriter(file)
  let done = false
  try {
    for (const text of texts) writer.write(text)
    done = true
  } finally {
    if (!done) writer.discard()
  }
  writer.close()
}

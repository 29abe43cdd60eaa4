// A JSONL file of records as a list that stays on the disk: memory holds only the line offsets and the ids,
// 30 to 40 bytes a record. A record is read on demand.
import { closeSync, openSync, readSync } from 'node:fs'
import { createDictionary, type Dictionary, numberOfWord, wordOfNumber } from '@disranker/lexical'
import { readByteLines } from './lines.ts'
import type { Records } from './records.ts'

/** Opens a file of a stage. */
export function openRecords<Record extends { readonly id: string }>(file: string): Records<Record> {
  const { begins, ids } = scan(file)
  const length = begins.length - 1
  const handle = openSync(file, 'r')
  const read = (from: number, to: number) => {
    const bytes = Buffer.allocUnsafe(to - from)
    for (let at = 0; at < bytes.length; ) {
      const got = readSync(handle, bytes, at, bytes.length - at, from + at)
      if (got === 0) throw new Error(`${file} ended at byte ${from + at}; it was longer when it was opened.`)
      at += got
    }
    return bytes.toString('utf8')
  }
  const at = (number: number) => JSON.parse(read(begins[number]!, begins[number + 1]!)) as Record
  const numberOf = (id: string) => numberOfWord(ids, id)
  return {
    length,
    at,
    numberOf,
    idOf: (number) => wordOfNumber(ids, number),
    has: (id) => numberOf(id) >= 0,
    get(id) {
      const number = numberOf(id)
      return number < 0 ? undefined : at(number)
    },
    close: () => closeSync(handle),
    *[Symbol.iterator]() {
      for (let from = 0; from < length; from += BATCH) {
        const to = Math.min(length, from + BATCH)
        // the last line end would otherwise give an empty record
        const lines = read(begins[from]!, begins[to]!).split('\n', to - from)
        for (const line of lines) yield JSON.parse(line) as Record
      }
    },
  }
}

/** records read at a time when iterating over all */
const BATCH = 256

function scan(file: string): { begins: Float64Array; ids: Dictionary } {
  const ids: string[] = []
  let begins = new Float64Array(1024)
  let end = 0
  for (const { bytes, begin, next } of readByteLines(file)) {
    if (ids.length + 1 >= begins.length) {
      const larger = new Float64Array(2 * begins.length)
      larger.set(begins)
      begins = larger
    }
    begins[ids.length] = begin
    end = next
    ids.push(idOf(bytes))
  }
  begins[ids.length] = end
  return { begins: begins.slice(0, ids.length + 1), ids: createDictionary(ids) }
}

const START = Buffer.from('{"id":"')
const QUOTE = 34
const BACKSLASH = 92

/** Stages write the id first, usually without an escape: then the rest of the line need not be read. */
function idOf(bytes: Buffer): string {
  if (bytes.subarray(0, START.length).equals(START)) {
    const end = bytes.indexOf(QUOTE, START.length)
    const id = bytes.subarray(START.length, end)
    if (!id.includes(BACKSLASH)) return id.toString('utf8')
  }
  return (JSON.parse(bytes.toString('utf8')) as { id: string }).id
}

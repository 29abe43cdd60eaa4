// Answers that have come, one line each, as soon as they come: what was paid for survives any kill. It holds the answers of the
// work that is under way; work that is whole lies in files of its own.
import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'

export interface Journal {
  get(key: string): readonly number[] | undefined
  put(key: string, scores: readonly number[]): void
  /** Forgets all, when none of the keys of the work that begins is there: what they belong to is whole. */
  begin(keys: readonly string[]): void
  close(): void
}

/** Opens a journal, or goes on with one. A last line that a kill cut is forgotten, and asked for again. */
export function openJournal(file: string): Journal {
  const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0)
  const whole = bytes.lastIndexOf('\n') + 1
  const lines = bytes.subarray(0, whole).toString('utf8').split('\n').slice(0, -1)
  const known = new Map(lines.map((line) => JSON.parse(line) as [string, readonly number[]]))
  const handle = openSync(file, 'a')
  ftruncateSync(handle, whole)
  return {
    get: (key) => known.get(key),
    put(key, scores) {
      writeSync(handle, `${JSON.stringify([key, scores])}\n`)
      known.set(key, scores)
    },
    begin(keys) {
      if (keys.some((key) => known.has(key))) return
      known.clear()
      ftruncateSync(handle, 0)
    },
    close: () => closeSync(handle),
  }
}

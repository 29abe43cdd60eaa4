// Counts the records in a folder, from any process: each look reads what was added since the last one, line
// by line.
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { RecordedEvent, RecordedSearch } from '@disranker/experiments'
import { createLiveCounts, type LiveCounts } from '../online/live-counts.ts'
import type { LiveSource } from '../routes/experiment-routes.ts'

/** maximal bytes of one look; the newest files are read first */
const MOST = 256 * 1024 * 1024
/** searches whose clicks are counted, and users of an arm: a process has no limit of 128 MB */
const REMEMBERED = 500_000

export function recordedFolder(folder: string): LiveSource {
  const counts = createLiveCounts(REMEMBERED)
  /** bytes of complete lines that were read, by file */
  const read = new Map<string, number>()
  let looking: Promise<LiveCounts> | undefined

  async function look(): Promise<LiveCounts> {
    // searches first: an event counts only for a known search
    for (const table of ['ubi_queries', 'ubi_events'] as const)
      for (const { path, from, to } of await newParts(join(folder, table)))
        read.set(path, from + (await readLines(path, { from, to }, (line) => count(table, line))))
    return counts
  }

  function count(table: 'ubi_queries' | 'ubi_events', line: string): void {
    try {
      const row = JSON.parse(line)
      if (table === 'ubi_queries') counts.search(row as RecordedSearch)
      else counts.event(row as RecordedEvent)
    } catch {
      // a line that a crash truncated
    }
  }

  async function newParts(table: string) {
    const names = await readdir(table).catch(() => [])
    const files = await Promise.all(
      names.map(async (name) => {
        const path = join(table, name)
        const { size, mtimeMs } = await stat(path)
        return { path, from: read.get(path) ?? 0, to: size, mtimeMs }
      }),
    )
    let room = MOST
    return files
      .toSorted((a, b) => b.mtimeMs - a.mtimeMs)
      .filter(({ from, to }) => {
        if (to <= from || room < to - from) return false
        room -= to - from
        return true
      })
      .toReversed()
  }

  return {
    of: 'in the folder of the records',
    counts() {
      looking ??= look().finally(() => {
        looking = undefined
      })
      return looking
    },
  }
}

/** @returns bytes of the complete lines */
async function readLines(
  path: string,
  { from, to }: { readonly from: number; readonly to: number },
  line: (text: string) => void,
): Promise<number> {
  let bytes = 0
  const lines = createInterface({
    input: createReadStream(path, { start: from, end: to - 1 }),
    crlfDelay: Number.POSITIVE_INFINITY,
  })
  for await (const text of lines) {
    const length = Buffer.byteLength(text) + 1
    // the last line may still be incomplete
    if (from + bytes + length > to) break
    bytes += length
    line(text)
  }
  return bytes
}

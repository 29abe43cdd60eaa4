// Records impressions and events without slowing down a ranking: rows that cannot be written soon are dropped and counted. Only a
// request that brings events waits for a sink, because events are acknowledged.
import { ApiError } from '../api-error.ts'
import type { RecordedTable, Row, Sink } from './sink.ts'

export interface Recorder {
  /** Does what an answer must not wait for, after it; never throws. The promise is for `waitUntil`; `close` waits for it, too. */
  later(work: () => Promise<void>): Promise<void>
  /** Records a search; never throws. */
  impression(row: Row): Promise<void>
  /** Records events. @throws {ApiError} 503: the sink did not take them, or too many wait */
  events(rows: readonly Row[]): Promise<void>
  readonly counts: Record<RecorderCount, number>
  close(): Promise<void>
}

export type RecorderCount = 'impressions' | 'impressionsDropped' | 'events' | 'eventsFailed' | 'eventsRefused'

export interface RecorderOptions {
  /** rows that may wait for the sink at once */
  readonly rows?: number
  /** ms after which a write to the sink times out */
  readonly patience?: number
  /** called with a failure, without the rows */
  readonly onError?: (message: string) => void
}

const ROWS = 5_000
const PATIENCE = 10_000
/** ms between two lines about a sink that fails */
const QUIET = 60_000

export function createRecorder(
  sink: Sink,
  { rows: most = ROWS, patience = PATIENCE, onError }: RecorderOptions = {},
): Recorder {
  const counts = { impressions: 0, impressionsDropped: 0, events: 0, eventsFailed: 0, eventsRefused: 0 }
  let waiting = 0
  let told = Number.NEGATIVE_INFINITY
  const postponed = new Set<Promise<void>>()

  function complain(error: unknown): void {
    if (Date.now() - told <= QUIET) return
    told = Date.now()
    onError?.(`The sink ${sink.name} failed: ${error instanceof Error ? error.message : String(error)}`)
  }

  async function write(table: RecordedTable, rows: readonly Row[]): Promise<boolean> {
    if (waiting + rows.length > most) return false
    waiting += rows.length
    try {
      await within(patience, sink.write(table, rows))
      return true
    } catch (error) {
      complain(error)
      return false
    } finally {
      waiting -= rows.length
    }
  }

  return {
    counts,
    later(work) {
      // a task of its own: what a promise does at once is done before the answer is sent
      const done = new Promise<void>((resolve) => setTimeout(resolve, 0))
        .then(work)
        .catch(complain)
        .finally(() => postponed.delete(done))
      postponed.add(done)
      return done
    },
    async impression(row) {
      const kept = await write('ubi_queries', [row])
      counts[kept ? 'impressions' : 'impressionsDropped']++
    },
    async events(rows) {
      if (rows.length === 0) return
      if (await write('ubi_events', rows)) {
        counts.events += rows.length
        return
      }
      counts.eventsFailed += rows.length
      throw new ApiError(503, 'The events could not be recorded. Send them again.', {
        headers: { 'retry-after': '5' },
      })
    },
    async close() {
      await Promise.allSettled(postponed)
      await sink.close?.()
    },
  }
}

async function within<Result>(milliseconds: number, work: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

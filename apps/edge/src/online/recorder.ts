// Records impressions and events without slowing down a ranking: impressions are written in batches while no
// ranking runs, and rows that cannot be written soon are dropped and counted. Only requests with events wait
// for a sink, because events are acknowledged.
import { ApiError } from '../api-error.ts'
import type { RecordedTable, Row, Sink } from './sink.ts'

export interface Recorder {
  /**
   * Records a search after its answer, together with others; never throws.
   * @param make makes the row when it is written
   * @param pause resolves when no ranking runs, or after a second
   * @returns when the row is written or dropped, for `waitUntil`
   */
  impression(make: () => Row, pause?: () => Promise<void>): Promise<void>
  /** Records events. @throws {ApiError} 503: the sink did not accept them, or too many wait */
  events(rows: readonly Row[]): Promise<void>
  readonly counts: Record<RecorderCount, number>
  close(): Promise<void>
}

export type RecorderCount = 'impressions' | 'impressionsDropped' | 'events' | 'eventsFailed' | 'eventsRefused'

export interface RecorderOptions {
  /** maximal rows that wait for the sink */
  readonly rows?: number
  /** ms after which a write to the sink times out */
  readonly patience?: number
  /** called with a failure, without the rows */
  readonly onError?: (message: string) => void
}

const ROWS = 5_000
/**
 * number of impressions above which a batch is written at once, because their data stays in memory until then
 */
const BATCH = 100
/** ms during which the impressions of a batch are collected */
const GATHER = 100
/** ms after which another request writes the batch, in case the runtime ended the request that started it */
const TAKE_OVER = 2_000
const PATIENCE = 10_000
/** ms between two log lines about a failing sink */
const QUIET = 60_000

export function createRecorder(
  sink: Sink,
  { rows: most = ROWS, patience = PATIENCE, onError }: RecorderOptions = {},
): Recorder {
  const counts = { impressions: 0, impressionsDropped: 0, events: 0, eventsFailed: 0, eventsRefused: 0 }
  let waiting = 0
  let told = Number.NEGATIVE_INFINITY
  const running = new Set<Promise<void>>()
  const batch = new Set<() => Row>()
  let taken = Number.NEGATIVE_INFINITY

  function complain(error: unknown): void {
    if (Date.now() - told <= QUIET) return
    told = Date.now()
    onError?.(`The sink ${sink.name} failed: ${error instanceof Error ? error.message : String(error)}`)
  }

  async function write(table: RecordedTable, rows: readonly Row[]): Promise<boolean> {
    if (waiting + rows.length > most) return false
    waiting += rows.length
    const written = within(patience, sink.write(table, rows))
    running.add(written)
    try {
      await written
      return true
    } catch (error) {
      complain(error)
      return false
    } finally {
      running.delete(written)
      waiting -= rows.length
    }
  }

  /** @throws {Error} the row is too long for the sink; the others of its batch must not be lost with it */
  function fitting(row: Row): Row {
    const { longest } = sink
    const size = longest === undefined ? 0 : JSON.stringify(row.value).length
    if (longest !== undefined && size > longest)
      throw new Error(`a row has ${size} characters; it takes ${longest}`)
    return row
  }

  async function writeBatch(): Promise<void> {
    const rows = [...batch].flatMap((make) => {
      try {
        return fitting(make())
      } catch (error) {
        complain(error)
        counts.impressionsDropped++
        return []
      }
    })
    batch.clear()
    if (rows.length === 0) return
    counts[(await write('ubi_queries', rows)) ? 'impressions' : 'impressionsDropped'] += rows.length
  }

  return {
    counts,
    async impression(make, pause) {
      batch.add(make)
      // its own tasks and timers: nothing is done before the answer is sent, and a promise of a request never
      // settles once that request has ended
      for (let wait = batch.size < BATCH ? GATHER : 0; batch.has(make); wait = TAKE_OVER) {
        await sleep(wait)
        const full = batch.size >= BATCH
        if (!batch.has(make) || (!full && Date.now() - taken < TAKE_OVER)) continue
        if (!full) {
          taken = Date.now()
          await pause?.()
          taken = Number.NEGATIVE_INFINITY
        }
        await writeBatch()
      }
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
      await writeBatch()
      await Promise.allSettled(running)
      await sink.close?.()
    },
  }
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

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

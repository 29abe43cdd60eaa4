// Errors that are thrown where nothing catches them, in a callback of a stream or a timer. They are logged and counted, and the
// process goes on: what requests share is plain data that allows for requests that end at any place without a word (turns.ts,
// body-budget.ts), because workerd ends them so. A process in which they do not cease is closed, for what started it to start another.
import { family } from '../observe/metrics.ts'
import { faultOf } from '../observe/request-log.ts'

/** so many faults ... */
const MOST = 10
/** ... in so many ms are more than a process should have */
const PERIOD = 60_000

export interface Faults {
  /** Counts a fault and logs it. */
  tell(kind: string, error: unknown): void
  /** In Prometheus' text format. */
  metrics(): string
}

/** @param onTooMany called once, when a process should end */
export function createFaults(onTooMany: () => void, now: () => number = Date.now): Faults {
  let count = 0
  let recent: number[] = []
  let ended = false
  return {
    tell(kind, error) {
      count++
      console.error(JSON.stringify({ level: 'error', event: kind, fault: faultOf(error) }))
      const time = now()
      recent = [...recent.filter((at) => at > time - PERIOD), time]
      if (recent.length <= MOST || ended) return
      ended = true
      onTooMany()
    },
    metrics: () =>
      family(
        'disranker_faults_total',
        'counter',
        'Errors that nothing caught; the server went on.',
        new Map([['', count]]),
      ),
  }
}

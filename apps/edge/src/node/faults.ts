// Uncaught errors in callbacks of streams and timers. They are logged and counted, and the process continues. This is safe
// because requests share only plain data, and the code allows for a request that stops at any point without notice (scheduler.ts,
// body-budget.ts), as it does in workerd. A process with too many of these errors exits, so that its supervisor starts another.
import { family } from '../observe/metrics.ts'
import { faultOf } from '../observe/request-log.ts'

/** faults within PERIOD that a process may have */
const MOST = 10
/** ms */
const PERIOD = 60_000

export interface Faults {
  /** Counts a fault and logs it. */
  tell(kind: string, error: unknown): void
  /** In Prometheus' text format. */
  metrics(): string
}

/** @param onTooMany called once, when the process should exit */
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
        'Uncaught errors; the server continued.',
        new Map([['', count]]),
      ),
  }
}

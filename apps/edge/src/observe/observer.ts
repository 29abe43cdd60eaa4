// Every request is told three times: in the counters of /metrics, in one line of the log, and in the analytics dataset
// where one is bound.
import type { KeepAlive } from '../models/model-pool.ts'
import { type Analytics, toDataPoint } from './analytics.ts'
import { createMetrics } from './metrics.ts'
import { logLine } from './request-log.ts'
import type { RequestOutcome } from './request-outcome.ts'

/** @param gauges what is true at the moment it is asked */
export function createObserver(
  analytics: Analytics | undefined,
  gauges: () => Readonly<Record<string, number>>,
) {
  const metrics = createMetrics()
  return {
    /** The counters, in Prometheus' text format. */
    metrics: () => metrics.text(gauges()),
    /** @param began when the request came, in ms */
    observe(request: Omit<RequestOutcome, 'milliseconds'>, began: number, keepAlive?: KeepAlive): void {
      const tell = () => {
        const outcome = { ...request, milliseconds: Date.now() - began }
        metrics.observe(outcome)
        analytics?.writeDataPoint(toDataPoint(outcome))
        const write = outcome.status >= 500 ? console.error : console.log
        write(logLine(outcome))
      }
      // a Worker's clock stands still while it computes; it goes on with the next event
      if (keepAlive === undefined) tell()
      else keepAlive(new Promise((resolve) => setTimeout(resolve)).then(tell))
    },
  }
}

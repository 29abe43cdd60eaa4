// Every request is recorded three times: in the counters of /metrics, in one line of the log, and in the
// analytics dataset if one is bound.
import { type Analytics, toDataPoint } from './analytics.ts'
import { createMetrics } from './metrics.ts'
import { logLine } from './request-log.ts'
import type { RequestOutcome } from './request-outcome.ts'

export interface Observer {
  /** The counters, in Prometheus' text format. */
  metrics(): string
  /**
   * Records a request that has ended.
   * @param began time of its arrival, in ms
   */
  observe(request: Omit<RequestOutcome, 'milliseconds'>, began: number): RequestOutcome
}

/**
 * @param gauges values at the moment of the call, by name
 * @param log receives the lines of requests that the server did not fail
 */
export function createObserver(
  analytics: Analytics | undefined,
  gauges: () => Readonly<Record<string, number>>,
  log: (line: string) => void = (line) => console.log(line),
): Observer {
  const metrics = createMetrics()
  return {
    metrics: () => metrics.text(gauges()),
    observe(request, began) {
      const outcome = { ...request, milliseconds: Date.now() - began }
      metrics.observe(outcome)
      analytics?.writeDataPoint(toDataPoint(outcome))
      const write = outcome.status >= 500 ? console.error : log
      write(logLine(outcome))
      return outcome
    },
  }
}

// The counters of recording, in Prometheus' text format.
import { family, labels } from '../observe/metrics.ts'
import type { RecorderCount } from './recorder.ts'

const NAMES: Readonly<Record<RecorderCount, readonly [what: string, result: string]>> = {
  impressions: ['impression', 'recorded'],
  impressionsDropped: ['impression', 'dropped'],
  events: ['event', 'recorded'],
  eventsFailed: ['event', 'failed'],
  eventsRefused: ['event', 'refused'],
}

export function recordingMetrics(counts: Readonly<Record<RecorderCount, number>>): string {
  const values = Object.entries(NAMES).map(
    ([name, [what, result]]) => [labels({ what, result }), counts[name as RecorderCount]] as const,
  )
  return family('disranker_recorded_total', 'counter', 'Searches and events by result.', new Map(values))
}

// A request as a data point of Workers Analytics Engine. Positions are fixed, because queries name them by number.
import type { RequestOutcome } from './request-outcome.ts'

/** The binding of a dataset. */
export interface Analytics {
  writeDataPoint(point: DataPoint): void
}

export interface DataPoint {
  /** a single one: the route */
  readonly indexes: readonly [string]
  /** blob1 route, blob2 status, blob3 cache, blob4 name of the key, blob5 model, blob6 version, blob7 "passthrough" or "" */
  readonly blobs: readonly string[]
  /** double1 milliseconds, double2 documents, double3 tokens */
  readonly doubles: readonly number[]
}

export function toDataPoint(outcome: RequestOutcome): DataPoint {
  const { route, status, milliseconds, documents, tokens, cache, passthrough, key, model, version } = outcome
  const left = passthrough === undefined ? '' : 'passthrough'
  return {
    indexes: [route],
    blobs: [route, String(status), cache ?? '', key ?? '', model ?? '', version ?? '', left],
    doubles: [milliseconds, documents, tokens],
  }
}

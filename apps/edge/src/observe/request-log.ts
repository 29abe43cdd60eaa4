// One line a request, as JSON: what an operator searches and counts.
import type { RequestOutcome } from './request-outcome.ts'

/** Members that have no value are left out; their order never changes. */
export function logLine(outcome: RequestOutcome): string {
  const {
    id,
    route,
    status,
    milliseconds,
    documents,
    tokens,
    cache,
    passthrough,
    key,
    model,
    version,
    fault,
  } = outcome
  const level = status >= 500 ? 'error' : status >= 400 ? 'warn' : 'info'
  return JSON.stringify({
    level,
    event: 'request',
    id,
    route,
    status,
    milliseconds,
    documents,
    tokens,
    cache,
    passthrough,
    key,
    model,
    version,
    fault,
  })
}

// One line a request, as JSON: what an operator searches and counts.
import { ApiError } from '../api-error.ts'
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
    code,
    trace,
  } = outcome
  // documents that keep their order are an answer to the client and a fault to the operator
  const level = status >= 500 ? 'error' : status >= 400 || passthrough !== undefined ? 'warn' : 'info'
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
    code,
    trace,
  })
}

/** What went wrong, for the log: the message of an error that was meant, the stack of one that was not. */
export function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? `; ${error.cause.stack ?? error.cause.message}` : ''
  return (error instanceof ApiError ? error.message : (error.stack ?? error.message)) + cause
}

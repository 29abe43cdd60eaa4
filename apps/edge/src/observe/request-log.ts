// One line of JSON for each request, for an operator to search and count.
import { ApiError } from '../api-error.ts'
import type { RequestOutcome } from './request-outcome.ts'

const MEMBERS = [
  ...(['id', 'route', 'status', 'milliseconds', 'documents', 'tokens', 'cache', 'passthrough'] as const),
  ...(['key', 'model', 'version', 'fault', 'code', 'trace'] as const),
]

/** Members without a value are left out; their order never changes. */
export function logLine(outcome: RequestOutcome): string {
  const { status, passthrough } = outcome
  // a request whose documents keep their order succeeds for the client but is a fault for the operator
  const level = status >= 500 ? 'error' : status >= 400 || passthrough !== undefined ? 'warn' : 'info'
  const members = MEMBERS.map((name) => [name, outcome[name]])
  return JSON.stringify({ level, event: 'request', ...Object.fromEntries(members) })
}

/** An error for the log: the message of an expected one, the stack of an unexpected one. */
export function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? `; ${error.cause.stack ?? error.cause.message}` : ''
  return (error instanceof ApiError ? error.message : (error.stack ?? error.message)) + cause
}

// Errors with a status that the SDKs know. Each API has its own shape for them; elsewhere it is { id, message
// }. A message has the problem, the value that was got and the fix; it never repeats query or document text.
import { wellFormed } from './ranking/answer-text.ts'

/** The error format of an API. */
export interface Errors {
  /** the body of an error answer */
  errorBody(error: ApiError, id: string): object
  /** the status of the original API for this one; by default the same */
  statusOf?(status: ErrorStatus): ErrorStatus
}

export type ErrorStatus = 400 | 401 | 404 | 405 | 408 | 413 | 415 | 422 | 429 | 499 | 500 | 503 | 504

/** An error with an answer for the client. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: ErrorStatus
  /** further headers of the answer, like `allow` or `www-authenticate` */
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: ErrorStatus,
    message: string,
    options: { cause?: unknown; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message, { cause: options.cause })
    this.status = status
    this.headers = options.headers ?? {}
  }
}

/**
 * The answer to a failed request. An error that is not an ApiError becomes a 500 without internal details.
 * @param errors the error format of the API that was called
 */
export function errorResponse(
  error: unknown,
  id: string,
  { errorBody, statusOf = (status) => status }: Partial<Errors> = {},
): Response {
  const known =
    error instanceof ApiError
      ? error
      : new ApiError(500, `The server failed on this request. Its log has the cause under id ${id}.`)
  const body = errorBody?.(known, id) ?? { id, message: known.message }
  // Response refuses no status from 200 to 599; 499 is nginx's "client closed request", which Cohere uses too
  return new Response(wellFormed(JSON.stringify(body)), {
    status: statusOf(known.status),
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...known.headers },
  })
}

/** The error for a bundle that cannot be used. */
export function unusableBundle(what: string, cause?: unknown): ApiError {
  return new ApiError(
    503,
    `The model bundle cannot be used: ${what} Rebuild it with "npx turbo run train", and deploy it again.`,
    { cause },
  )
}

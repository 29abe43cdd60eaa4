// What goes wrong, with a status that the SDKs know. Each API shows it in a shape of its own; elsewhere it is
// { id, message }. A message says what was wrong, what was got and what to do; it never repeats query or document text.
import { wellFormed } from './ranking/answer-text.ts'

/** How an API tells errors. */
export interface Errors {
  /** the body of an error answer */
  errorBody(error: ApiError, id: string): object
  /** the status that the original gives to what is this status elsewhere; by default the same */
  statusOf?(status: ErrorStatus): ErrorStatus
}

export type ErrorStatus = 400 | 401 | 404 | 405 | 408 | 413 | 415 | 422 | 429 | 499 | 500 | 503 | 504

/** An error with an answer for the client. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: ErrorStatus
  /** what the answer carries beside the message, like `allow` or `www-authenticate` */
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
 * The answer to a failed request. What is not an ApiError becomes a 500 that tells nothing of the inside.
 * @param errors how the API that was asked tells them
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

/** What to do about a bundle that cannot be used. */
export function unusableBundle(what: string, cause?: unknown): ApiError {
  return new ApiError(
    503,
    `The model bundle cannot be used: ${what} Rebuild it with "npx turbo run train", and deploy it again.`,
    { cause },
  )
}

// A rerank API that clients already speak: how its requests are read, and what its answers and errors look like.
import type { Ranked } from '@disranker/reranker'
import type { z } from 'zod'
import type { ApiError, ErrorStatus } from '../api-error.ts'
import type { RankingRequest } from '../ranking/ranking-request.ts'

/** How an API tells errors. */
export interface Errors {
  /** the body of an error answer */
  errorBody(error: ApiError, id: string): unknown
  /** the status that the original gives to what is this status elsewhere; by default the same */
  statusOf?(status: ErrorStatus): ErrorStatus
}

export interface Dialect extends Errors {
  /** whose API it is */
  readonly name: string
  /** of its operation in the description */
  readonly operationId: string
  /** of the request's body */
  readonly schema: z.ZodObject
  /** a body of it */
  readonly example: unknown
  /** of the body of an answer */
  readonly answerSchema: z.ZodType
  /** of the body of an error */
  readonly errorSchema: z.ZodType
  /** @throws {ApiError} the body is no request of this API */
  parse(body: unknown): ParsedRequest
}

/** Cohere's clients read the message, Jina's raise what is under "detail". */
export const JINA_ERRORS: Errors = { errorBody: ({ message }, id) => ({ id, message, detail: message }) }

/** Documents of the examples. */
export const EXAMPLE_TEXTS: readonly string[] = [
  'Writes past the end of the memory it was given.',
  'Keeps a user signed in after the user has left.',
]

export interface ParsedRequest {
  readonly request: RankingRequest
  answer(ranked: Ranked, about: Answered): unknown
}

export interface Answered {
  readonly id: string
  /** the name that was asked for, or that of the model that ranked */
  readonly model: string
  /** a score as it goes out: a number from 0 to 1, or raw */
  relevance(score: number): number
  /** why documents were not ranked */
  readonly warnings: readonly string[]
}

/** The member `warnings` of an answer, where there is something to warn of. */
export function warningsOf(
  unknown: readonly string[],
  others: readonly string[],
): { readonly warnings?: readonly string[] } {
  const ignored = unknown.map((field) => `The field "${field}" is not known and was ignored.`)
  const warnings = [...others, ...ignored]
  return warnings.length > 0 ? { warnings } : {}
}

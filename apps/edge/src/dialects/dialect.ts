// A rerank API that clients already speak: how its requests are read, and what its answers and errors look like.
import type { Ranked } from '@disranker/reranker'
import type { ApiError } from '../api-error.ts'
import type { RankingRequest } from '../rerank-request.ts'

export interface Dialect {
  /** @throws {ApiError} the body is no request of this API */
  parse(body: unknown): ParsedRequest
  /** the body of an error answer */
  errorBody(error: ApiError, id: string): unknown
}

export interface ParsedRequest {
  readonly request: RankingRequest
  answer(ranked: Ranked, about: Answered): unknown
}

export interface Answered {
  readonly id: string
  readonly model: string
  /** a score as a number from 0 to 1 */
  relevance(score: number): number
}

export const warningsOf = (unknown: readonly string[]): { readonly warnings?: readonly string[] } =>
  unknown.length > 0
    ? { warnings: unknown.map((field) => `The field "${field}" is not known and was ignored.`) }
    : {}

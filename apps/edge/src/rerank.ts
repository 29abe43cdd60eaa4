// POST /v2/rerank: the documents of a request in the order the model gives them, as the Cohere v2 API answers.
import { ApiError } from './api-error.ts'
import type { Ranker } from './ranker.ts'
import type { RerankRequest } from './rerank-request.ts'

export interface RerankAnswer {
  readonly id: string
  /** sorted by falling score; equal scores keep the order of the request */
  readonly results: readonly { readonly index: number; readonly relevance_score: number }[]
  readonly meta: {
    readonly api_version: { readonly version: '2' }
    /** what the model read: query and document of every pair, special tokens too */
    readonly tokens: { readonly input_tokens: number }
    readonly warnings?: readonly string[]
  }
}

/** The probability-like score of a logit, in [0, 1]; keeps the order of the logits. */
export function sigmoid(logit: number): number {
  // two forms, so that neither exp overflows
  if (logit >= 0) return 1 / (1 + Math.exp(-logit))
  const exp = Math.exp(logit)
  return exp / (1 + exp)
}

/**
 * Ranks the documents of a checked request.
 * @param options.tokens the most the model may read for it
 * @param options.signal aborted when the client has gone: the work stops at the next batch
 * @throws {ApiError} 499 when `signal` was aborted, 422 when the request comes to too many tokens
 */
export async function rerank(
  { reranker, cut, refuseAbove }: Ranker,
  request: RerankRequest,
  options: { id: string; tokens: number; signal: AbortSignal; warnings: readonly string[] },
): Promise<RerankAnswer> {
  const { query, top_n, max_tokens_per_doc: most } = request
  const { id, signal, warnings } = options
  const documents =
    most === undefined ? request.documents : request.documents.map((document) => cut(document, most))
  refuseAbove(options.tokens, query, documents)
  try {
    const ranked = await reranker.rank(query, documents, { topN: top_n, signal })
    return {
      id,
      results: ranked.results.map(({ index, score }) => ({ index, relevance_score: sigmoid(score) })),
      meta: {
        api_version: { version: '2' },
        tokens: { input_tokens: ranked.tokens },
        ...(warnings.length > 0 && { warnings }),
      },
    }
  } catch (error) {
    if (signal.aborted) throw new ApiError(499, 'The client closed the request.', { cause: error })
    throw error
  }
}

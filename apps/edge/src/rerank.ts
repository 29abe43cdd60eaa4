// POST /v2/rerank: the documents of a request in the order the model gives them, as the Cohere v2 API answers.
import type { Reranker } from '@disranker/reranker'
import { ApiError } from './api-error.ts'
import type { RerankRequest } from './rerank-request.ts'

export interface RerankAnswer {
  readonly id: string
  /** sorted by falling score; equal scores keep the order of the request */
  readonly results: readonly { readonly index: number; readonly relevance_score: number }[]
  readonly meta: {
    readonly api_version: { readonly version: '2' }
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
 * @param signal aborted when the client has gone: the work stops at the next batch
 * @throws {ApiError} 499 when `signal` was aborted
 */
export async function rerank(
  reranker: Reranker,
  request: RerankRequest,
  { id, signal, warnings }: { id: string; signal: AbortSignal; warnings: readonly string[] },
): Promise<RerankAnswer> {
  const { query, documents, top_n } = request
  try {
    const { results, tokens } = await reranker.rank(query, documents as Parameters<Reranker['rank']>[1], {
      ...(top_n !== undefined && { topN: top_n }),
      signal,
    })
    return {
      id,
      results: results.map(({ index, score }) => ({ index, relevance_score: sigmoid(score) })),
      meta: {
        api_version: { version: '2' },
        tokens: { input_tokens: tokens },
        ...(warnings.length > 0 && { warnings }),
      },
    }
  } catch (error) {
    if (signal.aborted) throw new ApiError(499, 'The client closed the request.', { cause: error })
    throw error
  }
}

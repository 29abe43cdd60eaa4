// The documents of a request in the order the model gives them, whichever API asked.
import type { Ranked } from '@disranker/reranker'
import { ApiError } from './api-error.ts'
import type { Ranker } from './ranker.ts'
import type { RankingRequest } from './rerank-request.ts'

/**
 * Ranks the documents of a checked request.
 * @param options.tokens the most the model may read for it
 * @param options.signal aborted when the client has gone: the work stops at the next batch
 * @throws {ApiError} 499 when `signal` was aborted, 422 when the request comes to too many tokens, 413 when a document is
 * longer than what the model reads and must be read whole
 */
export async function rerank(
  { reranker, cut, refuseAbove, refuseCut }: Ranker,
  { query, topN, maxTokens, whole, documents: given }: RankingRequest,
  { tokens, signal }: { tokens: number; signal: AbortSignal },
): Promise<Ranked> {
  const documents = maxTokens === undefined ? given : given.map((document) => cut(document, maxTokens))
  if (whole) refuseCut(query, documents)
  refuseAbove(tokens, query, documents)
  try {
    return await reranker.rank(query, documents, { topN, signal })
  } catch (error) {
    if (signal.aborted) throw new ApiError(499, 'The client closed the request.', { cause: error })
    throw error
  }
}

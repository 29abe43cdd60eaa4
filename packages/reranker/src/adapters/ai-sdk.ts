// A reranker in this process as a reranking model of the AI SDK: `rerank({ model: rerankingModel(reranker), query, documents })`.
import type { Reranker } from '../reranker.ts'

/** The call options of a model under specification v4 of the AI SDK. */
interface RerankCall {
  readonly documents:
    | { readonly type: 'text'; readonly values: readonly string[] }
    | { readonly type: 'object'; readonly values: readonly object[] }
  readonly query: string
  readonly topN?: number
  readonly abortSignal?: AbortSignal
}

/**
 * @param modelId the name in the SDK's telemetry
 * @returns a RerankingModelV4; relevance scores are between 0 and 1
 */
export const rerankingModel = (reranker: Reranker, modelId = 'disranker') => ({
  specificationVersion: 'v4' as const,
  provider: 'disranker',
  modelId,
  async doRerank({ documents, query, topN, abortSignal }: RerankCall) {
    const texts =
      documents.type === 'text' ? documents.values : documents.values.map((value) => JSON.stringify(value))
    const { results } = await reranker.rank(query, texts, { topN, signal: abortSignal })
    return {
      ranking: results.map(({ index, score }) => ({ index, relevanceScore: reranker.relevance(score) })),
    }
  },
})

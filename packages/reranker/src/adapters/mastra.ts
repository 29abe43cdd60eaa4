// A reranker in this process as a relevance scorer of Mastra: `rerankWithScorer({ results, query, scorer: relevanceScorer(reranker) })`
// of @mastra/rag.
import type { Reranker } from '../reranker.ts'

/** the turn of the event loop in which Mastra requests the scores of all documents of a query */
const nextTurn = () => new Promise((resolve) => setTimeout(resolve))

/**
 * Mastra requests one document at a time. Concurrent requests with the same query are computed together.
 * @returns a RelevanceScoreProvider; scores are between 0 and 1
 */
export function relevanceScorer(reranker: Reranker) {
  const waiting = new Map<string, { readonly documents: string[]; readonly scores: Promise<Float32Array> }>()
  return {
    /** @param query the query of the search, `document` the text of a result */
    async getRelevanceScore(query: string, document: string): Promise<number> {
      const asked = waiting.get(query) ?? collect(query)
      const at = asked.documents.push(document) - 1
      return reranker.relevance((await asked.scores)[at]!)
    },
  }

  function collect(query: string) {
    const documents: string[] = []
    const scores = nextTurn().then(() => {
      waiting.delete(query)
      return reranker.score(query, documents)
    })
    const asked = { documents, scores }
    waiting.set(query, asked)
    return asked
  }
}

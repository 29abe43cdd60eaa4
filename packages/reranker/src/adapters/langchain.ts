// A reranker in this process as a document compressor of LangChain.js, for its ContextualCompressionRetriever
// or direct calls.
import type { Reranker } from '../reranker.ts'

/** The used part of a document of LangChain. */
interface LangChainDocument {
  readonly pageContent: string

  readonly metadata: Record<string, unknown>
}

/**
 * @param topN documents to keep; all by default
 * @returns a BaseDocumentCompressor; each document has `relevanceScore`, from 0 to 1, in its metadata
 */
export const documentCompressor = (reranker: Reranker, { topN }: { readonly topN?: number } = {}) => ({
  async compressDocuments<Document extends LangChainDocument>(
    documents: readonly Document[],
    query: string,
  ): Promise<Document[]> {
    const texts = documents.map(({ pageContent }) => pageContent)
    const { results } = await reranker.rank(query, texts, { topN })
    return results.map(({ index, score }) => {
      const document = documents[index]!
      return { ...document, metadata: { ...document.metadata, relevanceScore: reranker.relevance(score) } }
    })
  },
})

// The first view of the page: the first sample query with its documents, found when the page is built. The
// whole corpus, twenty times as large, is loaded on the first search.
import { type AnalyzerSpec, createBm25 } from '@disranker/lexical'
import type { Example, ExampleDocument } from './example.ts'

/** number of documents that are reranked for a query */
export const DEPTH = 50

export interface Found {
  readonly document: ExampleDocument
  /** BM25 score */
  readonly score: number
}

export interface First extends Pick<Example, 'corpusSize' | 'queries' | 'attribution' | 'analyzer'> {
  /** number of documents in which the page can search */
  readonly carried: number
  /** best first, for the first of `queries` */
  readonly found: readonly Found[]
}

export function firstOf({ corpusSize, queries, attribution, documents, analyzer }: Example): First {
  const [first] = queries
  const found = first === undefined ? [] : firstStage(documents, analyzer)(first.text)
  return {
    corpusSize,
    queries,
    attribution,
    carried: documents.length,
    found,
    ...(analyzer !== undefined && { analyzer }),
  }
}

/**
 * Indexes documents. In a browser, wait for `loadAnalyzer` first.
 * @param analyzer defines the words; porter by default
 * @returns the best `DEPTH` by BM25 for a query, best first
 */
export function firstStage(
  documents: readonly ExampleDocument[],
  analyzer?: AnalyzerSpec,
): (query: string) => readonly Found[] {
  const texts = documents.map(({ title, summary }) => `${title} ${summary}`)
  const index = createBm25(texts, { analyzer })
  return (query) =>
    index.search(query, DEPTH).map(({ index, score }) => ({ document: documents[index]!, score }))
}

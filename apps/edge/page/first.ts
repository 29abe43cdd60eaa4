// What the page shows before anybody asks: the first sample query with its documents, found while the page is built. The
// whole corpus, twenty times as large, comes when it is searched.
import { type AnalyzerSpec, createBm25 } from '@disranker/lexical'
import type { Example, ExampleDocument } from './example.ts'

/** documents that are reranked for a query */
export const DEPTH = 50

export interface Found {
  readonly document: ExampleDocument
  /** of BM25 */
  readonly score: number
}

export interface First extends Pick<Example, 'corpusSize' | 'queries' | 'attribution' | 'analyzer'> {
  /** how many documents the page can search in */
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
 * @param analyzer what the words are; porter where none is given
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

// What the page searches in: the example or pasted documents, with BM25 in this browser as the first stage.
import { createBm25 } from '@disranker/lexical'
import type { Example, ExampleDocument } from './example.ts'

export interface Corpus {
  readonly documents: readonly ExampleDocument[]
  /** best first, `depth` at most; documents that were pasted come without a match too, in their order */
  search(query: string, depth: number): readonly { readonly index: number; readonly score: number }[]
}

export const exampleCorpus = ({ documents }: Example): Corpus => ({ documents, search: bm25(documents) })

/** Pasted documents are few and all wanted: those that BM25 does not find follow those that it finds. */
export function ownCorpus(documents: readonly ExampleDocument[]): Corpus {
  const search = bm25(documents)
  return {
    documents,
    search(query, depth) {
      const found = search(query, depth)
      const known = new Set(found.map(({ index }) => index))
      const rest = documents.flatMap((_, index) => (known.has(index) ? [] : [{ index, score: 0 }]))
      return [...found, ...rest].slice(0, depth)
    },
  }
}

function bm25(documents: readonly ExampleDocument[]) {
  const index = createBm25(documents.map(({ title, summary }) => `${title} ${summary}`))
  return (query: string, depth: number) => index.search(query, depth)
}

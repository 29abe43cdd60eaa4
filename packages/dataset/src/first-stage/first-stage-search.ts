// The work of one thread of the first stage, or of the stage's own thread if there is little to search: it
// builds the index, or receives it, and searches.
import { type AnalyzerSpec, createIndexBuilder, type InvertedIndex, topTexts } from '@disranker/lexical'
import { readLines } from '../records/lines.ts'
import type { Document } from '../records/records.ts'

export interface Found {
  /** [found]: numbers of documents, best first */
  readonly number: Uint32Array
  /** [found] */
  readonly score: Float64Array
}

export interface Question {
  readonly build?: {
    readonly documents: string
    readonly k1: number
    readonly b: number
    readonly analyzer: AnalyzerSpec | undefined
  }
  readonly index?: InvertedIndex
  readonly search?: { readonly texts: readonly string[]; readonly depth: number }
}

/** Answers questions one after the other; `say` is called with the number of indexed documents. */
export function createSearch(): (question: Question, say: (documents: number) => void) => unknown {
  let index: InvertedIndex | undefined
  return ({ build, index: given, search }, say) => {
    if (search !== undefined) return search.texts.map((text): Found => topTexts(index!, text, search.depth))
    index = build === undefined ? given : indexDocuments(build, say)
    return build === undefined ? true : index
  }
}

function indexDocuments(
  { documents, k1, b, analyzer }: NonNullable<Question['build']>,
  say: (documents: number) => void,
): InvertedIndex {
  const builder = createIndexBuilder({ k1, b, analyzer }, (bytes) => new SharedArrayBuffer(bytes))
  let done = 0
  for (const { title, summary } of readLines<Document>(documents)) {
    builder.add(`${title}. ${summary}`)
    if (++done % 10_000 === 0) say(done)
  }
  return builder.finish()
}

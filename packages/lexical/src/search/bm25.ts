// BM25 (Robertson and Zaragoza 2009) over stemmed words, in memory: the first stage of the page, and the
// lexical overlap of the exact-match token types.
import { numberOfWord } from './dictionary.ts'
import { type Bm25Options, createIndexBuilder } from './inverted-index.ts'
import { stemsOf, topTexts } from './top-texts.ts'

export interface Bm25 {
  /** The `k` best texts with a score above 0, best first; ties by index. */
  search(query: string, k: number): { readonly index: number; readonly score: number }[]
  /** [texts]: the score of every text */
  scores(query: string): Float64Array
  /** ln(1 + (N - df + 1/2) / (df + 1/2)); 0 for a stem that no text has */
  idf(stem: string): number
}

/** Indexes texts. Each word of a query counts once. */
export function createBm25(texts: Iterable<string>, options: Bm25Options = {}): Bm25 {
  const builder = createIndexBuilder(options)
  for (const text of texts) builder.add(text)
  const index = builder.finish()
  const { starts, text, count, norm, idf, k1 } = index
  return {
    search(query, k) {
      const { number, score } = topTexts(index, query, k)
      return Array.from(number, (number, i) => ({ index: number, score: score[i]! }))
    },
    scores(query) {
      const total = new Float64Array(index.texts)
      for (const stem of stemsOf(index, query))
        for (let at = starts[stem]!; at < starts[stem + 1]!; at++)
          total[text[at]!]! += (idf[stem]! * count[at]! * (k1 + 1)) / (count[at]! + norm[text[at]!]!)
      return total
    },
    idf(stem) {
      const number = numberOfWord(index.dictionary, stem)
      return number < 0 ? 0 : idf[number]!
    },
  }
}

/** The score of one word in a text that has it `count` times. */
export const termScore = (
  idf: number,
  count: number,
  length: number,
  average: number,
  k1: number,
  b: number,
): number => (idf * count * (k1 + 1)) / (count + k1 * (1 - b + (b * length) / Math.max(1, average)))

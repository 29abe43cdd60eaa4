// BM25 (Robertson and Zaragoza 2009) over stemmed words, in memory: the first stage of the example and of the page, and
// the measure of lexical overlap in the marks.
import { stem, words } from './words.ts'

export interface Bm25Options {
  /** how soon repeated words stop counting */
  readonly k1?: number
  /** how much long texts are discounted, 0 .. 1 */
  readonly b?: number
}

export interface Bm25 {
  /** The `k` best texts with a score above 0, best first; ties by index. */
  search(query: string, k: number): { readonly index: number; readonly score: number }[]
  /** [texts]: the score of every text */
  scores(query: string): Float64Array
  /** ln(1 + (N - df + 1/2) / (df + 1/2)); 0 for a stem that no text has */
  idf(stem: string): number
}

/** Indexes texts. A query's words count once each. */
export function createBm25(texts: readonly string[], { k1 = 1.2, b = 0.75 }: Bm25Options = {}): Bm25 {
  const bags = texts.map((text) => words(text).map(stem))
  const average = bags.reduce((sum, bag) => sum + bag.length, 0) / Math.max(1, bags.length)
  /** texts and counts by stem */
  const postings = new Map<string, [index: number, count: number][]>()
  for (const [index, bag] of bags.entries()) {
    const counts = new Map<string, number>()
    for (const word of bag) counts.set(word, (counts.get(word) ?? 0) + 1)
    for (const [word, count] of counts) {
      const list = postings.get(word)
      if (list === undefined) postings.set(word, [[index, count]])
      else list.push([index, count])
    }
  }
  const idf = (word: string) => inverseFrequency(postings.get(word)?.length ?? 0, texts.length)
  const scores = (query: string) => {
    const total = new Float64Array(texts.length)
    for (const word of new Set(words(query).map(stem)))
      for (const [index, count] of postings.get(word) ?? [])
        total[index]! += termScore(idf(word), count, bags[index]!.length, average, k1, b)
    return total
  }
  return {
    idf,
    scores,
    search: (query, k) =>
      [...scores(query)]
        .map((score, index) => ({ index, score }))
        .filter(({ score }) => score > 0)
        .sort((x, y) => y.score - x.score || x.index - y.index)
        .slice(0, k),
  }
}

/** ln(1 + (N - df + 1/2) / (df + 1/2)), or 0 for df = 0. */
export const inverseFrequency = (df: number, N: number): number =>
  df === 0 ? 0 : Math.log(1 + (N - df + 0.5) / (df + 0.5))

/** What one word adds to the score of a text that has it `count` times. */
export const termScore = (
  idf: number,
  count: number,
  length: number,
  average: number,
  k1: number,
  b: number,
): number => (idf * count * (k1 + 1)) / (count + k1 * (1 - b + (b * length) / Math.max(1, average)))

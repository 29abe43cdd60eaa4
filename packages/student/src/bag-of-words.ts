// Texts as weighted bags of terms: (1 + ln count) * ln(texts / texts with the term), scaled to length 1 (Salton and
// Buckley 1988). A term is a word, or a token of an alphabet.
import { words } from '@disranker/tokenizer'

export interface Bag {
  /** terms */
  readonly size: number
  /** [texts.length * size], row-major */
  rows(texts: readonly string[]): Float32Array
}

/** Words as terms: those that stand in at least two texts, at most `limit` of them, the more frequent first. */
export function createBagOfWords(texts: readonly string[], limit: number): Bag {
  const counts = new Map<string, number>()
  for (const text of texts)
    for (const word of new Set(words(text))) counts.set(word, (counts.get(word) ?? 0) + 1)
  const kept = [...counts]
    .filter(([, count]) => count >= 2)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, limit)
  const index = new Map(kept.map(([word], i) => [word, i]))
  return createBag(texts, kept.length, (text) =>
    words(text).flatMap((word) => {
      const term = index.get(word)
      return term === undefined ? [] : [term]
    }),
  )
}

/** @param termsOf the terms of a text, 0 .. size - 1; how rare each is is counted over `texts` */
export function createBag(
  texts: readonly string[],
  size: number,
  termsOf: (text: string) => readonly number[],
): Bag {
  const frequency = new Float64Array(size)
  for (const text of texts) for (const term of new Set(termsOf(text))) frequency[term]! += 1
  const idf = frequency.map((count) => (count > 0 ? Math.log(texts.length / count) : 0))
  return {
    size,
    rows(list) {
      const matrix = new Float32Array(list.length * size)
      for (const [row, text] of list.entries())
        fill(matrix.subarray(row * size, (row + 1) * size), termsOf(text), idf)
      return matrix
    },
  }
}

function fill(vector: Float32Array, terms: readonly number[], idf: Float64Array): void {
  for (const term of terms) vector[term]! += 1
  const found = new Set(terms)
  let square = 0
  for (const term of found) {
    vector[term] = (1 + Math.log(vector[term]!)) * idf[term]!
    square += vector[term]! ** 2
  }
  const length = Math.sqrt(square) || 1
  for (const term of found) vector[term]! /= length
}

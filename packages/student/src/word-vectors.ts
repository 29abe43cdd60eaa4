// Texts as weighted bags of words: (1 + ln count) * ln(texts / texts with the word), scaled to length 1 (Salton and
// Buckley 1988).
import { type AnalyzerSpec, analyzerOf } from '@disranker/lexical'

export interface WordVectors {
  /** words counted */
  readonly size: number
  /** [texts.length * size], row-major */
  rows(texts: readonly string[]): Float32Array
}

/**
 * Learns the words from `texts`: those that stand in at least two, at most `limit` of them, the more frequent first.
 * @param analyzer what the words are; porter where none is given
 */
export function createWordVectors(
  texts: readonly string[],
  limit: number,
  analyzer?: AnalyzerSpec,
): WordVectors {
  const { words } = analyzerOf(analyzer)
  const counts = new Map<string, number>()
  for (const text of texts)
    for (const word of new Set(words(text))) counts.set(word, (counts.get(word) ?? 0) + 1)
  const kept = [...counts]
    .filter(([, count]) => count >= 2)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, limit)
  const index = new Map(kept.map(([word], i) => [word, i]))
  const idf = Float64Array.from(kept, ([, count]) => Math.log(texts.length / count))
  const size = kept.length
  return {
    size,
    rows(list) {
      const matrix = new Float32Array(list.length * size)
      for (const [row, text] of list.entries()) fill(matrix.subarray(row * size, (row + 1) * size), text)
      return matrix
    },
  }

  function fill(vector: Float32Array, text: string): void {
    const found = new Set<number>()
    for (const word of words(text)) {
      const i = index.get(word)
      if (i === undefined) continue
      vector[i]! += 1
      found.add(i)
    }
    let square = 0
    for (const i of found) {
      vector[i] = (1 + Math.log(vector[i]!)) * idf[i]!
      square += vector[i]! ** 2
    }
    const length = Math.sqrt(square) || 1
    for (const i of found) vector[i]! /= length
  }
}

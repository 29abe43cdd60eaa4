// Texts as weighted bags of words: (1 + ln count) * ln(texts / texts with the word), scaled to length 1 (Salton and
// Buckley 1988).
import { type Bags, packBags } from '@disranker/engine'
import { type AnalyzerSpec, analyzerOf } from '@disranker/lexical'

export interface WordVectors {
  /** words counted */
  readonly size: number
  /**
   * Each text as the numbers of its words, ascending, and their weights.
   * @param keeps called for each word of each text; a word that is not kept is left out, and the weights of
   * the others do not change
   */
  bags(texts: readonly string[], keeps?: () => boolean): Bags
}

/**
 * Learns the words from `texts`: those in at least two texts, at most `limit` of them, the most frequent
 * first.
 * @param analyzer defines the words; `porter` by default
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
    bags(list, keeps = () => true) {
      const kept = list.map((text) => weigh(text).filter(keeps))
      return packBags(
        kept.map((found) => found.map(([place]) => place)),
        kept.map((found) => found.map(([, weight]) => weight)),
      )
    },
  }

  /** numbers and weights of a text's words */
  function weigh(text: string): (readonly [number, number])[] {
    const counted = new Map<number, number>()
    for (const word of words(text)) {
      const place = index.get(word)
      if (place !== undefined) counted.set(place, (counted.get(place) ?? 0) + 1)
    }
    const found = [...counted]
      .sort(([a], [b]) => a - b)
      .map(([place, count]) => [place, (1 + Math.log(count)) * idf[place]!] as const)
    const length = Math.sqrt(found.reduce((sum, [, weight]) => sum + weight ** 2, 0)) || 1
    return found.map(([place, weight]) => [place, weight / length])
  }
}

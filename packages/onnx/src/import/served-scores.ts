// Scores of a bundle when it is served, pair by pair.
import { type Bundle, loadReranker, type Reranker } from '@disranker/reranker'
import type { TextPair } from './built-in-pairs.ts'

/** The scores of the served bundle. */
export async function scoresOf(
  reranker: Reranker,
  pairs: readonly TextPair[],
  signal?: AbortSignal,
): Promise<Float32Array> {
  const scores = new Float32Array(pairs.length)
  // Node 20, which the published package supports, has no Map.groupBy
  const groups = new Map<string, { document: TextPair['document']; index: number }[]>()
  for (const [index, { query, document }] of pairs.entries())
    groups.set(query, [...(groups.get(query) ?? []), { document, index }])
  for (const [query, some] of groups) {
    const documents = some.map(({ document }) => document)
    const found = await reranker.score(query, documents, { signal })
    for (const [at, { index }] of some.entries()) scores[index] = found[at]!
  }
  return scores
}

/** The scores of the served bundle. */
export async function servedScores(bundle: Bundle, pairs: readonly TextPair[], signal?: AbortSignal) {
  const reranker = await loadReranker(bundle)
  try {
    return await scoresOf(reranker, pairs, signal)
  } finally {
    await reranker.dispose()
  }
}

/** A pair with its score by a bundle, with which a server checks itself. */
export async function knownPair(bundle: Bundle, { query, document }: TextPair) {
  const titled = { title: document.title ?? '', summary: document.summary }
  const reranker = await loadReranker(bundle)
  try {
    const [score] = await scoresOf(reranker, [{ query, document: titled }])
    return { query, document: titled, score: score! }
  } finally {
    await reranker.dispose()
  }
}

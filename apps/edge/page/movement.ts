// What reranking changed: where each document stood, where it stands, and one sentence about it. Positions count from 1.

export interface Place {
  /** the document's position in the corpus */
  readonly document: number
  readonly before: number
  readonly after: number
  readonly firstScore: number
  readonly relevance: number
}

/**
 * Joins the two orders.
 * @param first the first stage, best first: document and score
 * @param results the reranked order: indices into `first`, best first
 * @returns one place a document, in the order of `results`
 */
export function places(
  first: readonly { readonly index: number; readonly score: number }[],
  results: readonly { readonly index: number; readonly relevance_score: number }[],
): Place[] {
  return results.map(({ index, relevance_score }, at) => ({
    document: first[index]!.index,
    before: index + 1,
    after: at + 1,
    firstScore: first[index]!.score,
    relevance: relevance_score,
  }))
}

export type Direction = 'up' | 'down' | 'still'

export function direction({ before, after }: Place): Direction {
  return after < before ? 'up' : after > before ? 'down' : 'still'
}

/** "↑ 3", "↓ 12" or "=": how far a document moved. */
export function arrow({ before, after }: Place): string {
  if (after === before) return '='
  return after < before ? `↑ ${before - after}` : `↓ ${after - before}`
}

/** How many moved and which climbed furthest; and, where there are judgements, how the best judged document fared. */
export function summarise(
  all: readonly Place[],
  title: (document: number) => string,
  grade: (document: number) => number,
): string {
  const moved = all.filter(({ before, after }) => before !== after).length
  const sentences = [`${moved} of ${all.length} documents moved.`]
  const climb = all.reduce<Place | undefined>(
    (best, place) =>
      place.before - place.after > (best === undefined ? 0 : best.before - best.after) ? place : best,
    undefined,
  )
  if (climb !== undefined)
    sentences.push(`Furthest up: “${title(climb.document)}”, ${climb.before} → ${climb.after}.`)
  const most = Math.max(0, ...all.map(({ document }) => grade(document)))
  if (most > 0) {
    const judged = all.filter(({ document }) => grade(document) === most)
    const before = Math.min(...judged.map((place) => place.before))
    const after = Math.min(...judged.map((place) => place.after))
    sentences.push(`First document with the best judgement (grade ${most}): ${before} → ${after}.`)
  }
  return sentences.join(' ')
}

// The movement of documents by reranking: the old and the new position of each, and one sentence about it.
// Positions count from 1.

export interface Position {
  /** position in the first stage */
  readonly before: number
  readonly after: number
  readonly relevance: number
}

/** @param results the reranked order, best first: indices into that of the first stage */
export function positions(
  results: readonly { readonly index: number; readonly relevance_score: number }[],
): Position[] {
  return results.map(({ index, relevance_score }, at) => ({
    before: index + 1,
    after: at + 1,
    relevance: relevance_score,
  }))
}

export type Direction = 'up' | 'down' | 'still'

export function direction({ before, after }: Position): Direction {
  return after < before ? 'up' : after > before ? 'down' : 'still'
}

/** "↑3", "↓12" or "=": how far a document moved. */
export function arrow({ before, after }: Position): string {
  if (after === before) return '='
  return after < before ? `↑${before - after}` : `↓${after - before}`
}

/**
 * With judgements, a sentence about the best judged document; otherwise about the one that climbed furthest.
 * @param title of the document at an old position
 * @param grade the same, 0 if it was not judged
 */
export function summarise(
  all: readonly Position[],
  title: (before: number) => string,
  grade: (before: number) => number,
): string {
  const moved = all.filter((position) => direction(position) !== 'still').length
  const most = Math.max(0, ...all.map(({ before }) => grade(before)))
  if (most > 0) {
    const judged = all.filter(({ before }) => grade(before) === most)
    const before = Math.min(...judged.map((position) => position.before))
    const after = Math.min(...judged.map((position) => position.after))
    const best = `The best judged document (grade ${most})`
    return `${best} ${before === after ? `stays at ${after}` : `goes from ${before} to ${after}`}; ${moved} of ${all.length} moved.`
  }
  const climb = all.reduce<Position | undefined>(
    (best, position) =>
      position.before - position.after > (best === undefined ? 0 : best.before - best.after)
        ? position
        : best,
    undefined,
  )
  const furthest =
    climb === undefined
      ? ''
      : ` Furthest up: “${title(climb.before)}”, from ${climb.before} to ${climb.after}.`
  return `${moved} of ${all.length} moved.${furthest}`
}

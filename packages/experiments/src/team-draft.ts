// Team-draft interleaving (Radlinski, Kurup and Joachims 2008, "How does clickthrough data reflect retrieval quality?", section 4.2):
// two rankings take turns in one list, and a click is a point for the team that brought the document.

/** The team that brought the document at a position. */
export type Team = 'a' | 'b'

export interface Interleaved {
  /** documents in the order shown */
  readonly order: readonly number[]
  /** the team of each position */
  readonly teams: readonly Team[]
}

/**
 * Interleaves two rankings of the same documents. In each round a coin decides which team picks first; a team picks its best
 * @param a indices of documents, the best first
 * @param b the same documents in another order
 * @param b the same documents in another order
 * @param uniform numbers in [0, 1)
 */
export function teamDraft(a: readonly number[], b: readonly number[], uniform: () => number): Interleaved {
  const taken = new Set<number>()
  const order: number[] = []
  const teams: Team[] = []
  const next = { a: 0, b: 0 }
  const ranking = { a, b }
  const pick = (team: Team) => {
    while (next[team] < ranking[team].length && taken.has(ranking[team][next[team]]!)) next[team]++
    const document = ranking[team][next[team]]
    if (document === undefined) return
    taken.add(document)
    order.push(document)
    teams.push(team)
  }
  while (order.length < a.length) {
    const first: Team = uniform() < 0.5 ? 'a' : 'b'
    pick(first)
    pick(first === 'a' ? 'b' : 'a')
  }
  return { order, teams }
}

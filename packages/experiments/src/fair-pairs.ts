// FairPairs (Radlinski and Joachims 2006, "Minimally invasive randomization for collecting unbiased preferences from clickthrough
// logs"): neighbours in the list are swapped by a coin, so that a log tells the effect of a position from that of a document.

export interface Explored {
  /** documents in the order shown */
  readonly order: readonly number[]
  /** for each position: the probability that this document is shown there, over all searches */
  readonly propensities: readonly number[]
}

/**
 * Swaps neighbours of a ranking in a share of the searches. One coin pairs the positions as (1, 2), (3, 4), ... or as (2, 3), (4, 5), ...;
 * one coin for each pair swaps it.
 * @param ranking documents by their numbers, the best first
 * @param share of the searches that are explored, in [0, 1]
 * @param uniform numbers in [0, 1)
 */
export function fairPairs(ranking: readonly number[], share: number, uniform: () => number): Explored {
  const order = [...ranking]
  const ranks = ranking.map((_, rank) => rank)
  if (uniform() < share) {
    for (let first = uniform() < 0.5 ? 0 : 1; first + 1 < order.length; first += 2) {
      if (uniform() < 0.5) continue
      for (const list of [order, ranks]) [list[first], list[first + 1]] = [list[first + 1]!, list[first]!]
    }
  }
  return { order, propensities: ranks.map((from, to) => propensity(from, to, ranking.length, share)) }
}

/**
 * The probability that the document of rank `from` is shown at rank `to`. Inside the list a document is
 * always in a pair, and stays in half of the cases; at both ends it is in a pair in only one of the two
 * pairings.
 */
function propensity(from: number, to: number, length: number, share: number): number {
  if (from !== to) return share / 4
  const neighbours = (from > 0 ? 1 : 0) + (from + 1 < length ? 1 : 0)
  return 1 - (share * neighbours) / 4
}

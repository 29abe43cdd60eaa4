// The users' preference between two interleaved rankings. A search with more clicks on one team's documents
// is a point for that team; if both have as many, each gets half a point (Chapelle, Joachims, Radlinski and
// Yue 2012, "Large-scale validation and analysis of interleaved search evaluation", equation 1). Experiments
// assign users, so a user with many searches counts as one unit.
import studentCdf from '@stdlib/stats-base-dists-t-cdf'
import studentQuantile from '@stdlib/stats-base-dists-t-quantile'
import type { Range } from '../comparison/compare-arms.ts'
import { momentsOf } from '../comparison/moments.ts'
import { COLUMNS, estimateRatio } from '../comparison/ratio.ts'

/** The searches of one unit with a click. */
export interface Points {
  readonly wins: number
  readonly losses: number
  readonly ties: number
}

export interface Preference {
  /** share of the points of the second ranking, less one half: above 0 if it is preferred */
  readonly value: number
  readonly interval: Range
  readonly p: number
  /** units with a click */
  readonly n: number
  /** searches with a click */
  readonly searches: number
  /** of one unit, for the power */
  readonly unitVariance: number
}

/** The preference for the second ranking, with an interval clustered by unit (the delta method and Student's t). */
export function estimatePreference(units: Iterable<Points>, alpha = 0.05): Preference {
  let searches = 0
  const rows: number[][] = []
  for (const { wins, losses, ties } of units) {
    const all = wins + losses + ties
    if (all === 0) continue
    searches += all
    const row = new Array<number>(2)
    row[COLUMNS.numerator] = wins + ties / 2
    row[COLUMNS.denominator] = all
    rows.push(row)
  }
  const { value, variance, n } = estimateRatio(momentsOf(rows, 2))
  const preference = value - 0.5
  const error = Math.sqrt(variance)
  const radius = n < 2 ? Number.NaN : error * studentQuantile(1 - alpha / 2, n - 1)
  return {
    value: preference,
    interval: { low: preference - radius, high: preference + radius },
    p: n < 2 ? Number.NaN : 2 * studentCdf(-Math.abs(preference / error), n - 1),
    n,
    searches,
    unitVariance: variance * n,
  }
}

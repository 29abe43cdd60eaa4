// Estimates the clicks on another ranking than the one that was shown, from searches whose order was explored
// with known probabilities. At each position, only searches in which the other ranking has the shown document
// there are informative, and each is weighted by its inverse probability (inverse propensities by item and
// position; Li, Abbasi-Yadkori, Kveton, Muthukrishnan, Vinay and Wen 2018, "Offline evaluation of ranking
// policies with click models"). There are two estimates: the weights divided by their sum (SNIPS; Swaminathan
// and Joachims 2015, "The self-normalized estimator for counterfactual learning"), and doubly robust (Dudik,
// Langford and Li 2011, "Doubly robust policy evaluation and learning"): a click model, corrected by the same
// weights.
import studentQuantile from '@stdlib/stats-base-dists-t-quantile'
import type { Range } from '../comparison/compare-arms.ts'
import type { ClickModel } from '../recorded/click-rates.ts'

export interface ExploredSearch {
  /** experiments assign users, so searches of one user are not independent */
  readonly unit: string
  /** documents in the order shown */
  readonly shown: readonly string[]
  /** for each position: the probability that its document is shown there, more than 0 */
  readonly propensities: readonly number[]
  readonly clicked: ReadonlySet<string>
  /** the same documents in the order of the other ranking */
  readonly wanted: readonly string[]
  readonly query: string
}

export interface Estimated {
  /** clicks on the first positions per search */
  readonly value: number
  readonly interval: Range
}

export interface OffPolicy {
  readonly searches: number
  readonly units: number
  /** clicks on the first positions per search, for the shown order */
  readonly shown: number
  readonly snips: Estimated
  readonly doublyRobust: Estimated
  /**
   * for each position: the effective number of searches, and the share of searches in which the new order
   * could have been shown there
   */
  readonly positions: readonly Position[]
  /** the reason why the estimates must not be used; undefined if they may */
  readonly refusal: string | undefined
}

interface Position {
  readonly effective: number
  readonly support: number
  /** standard error of the support */
  readonly error: number
}

export interface OffPolicyOptions {
  /** number of positions that count */
  readonly top: number
  readonly alpha: number
  /** of clicks on searches of other units */
  readonly model: ClickModel
}

/** minimal effective number of searches for each position */
const FEWEST = 100
/**
 * minimal share of the searches whose wanted document could have been shown at a position; the mean weight
 * estimates it, here plus two standard errors
 */
const SUPPORT = 0.9

export function estimateOffPolicy(
  searches: readonly ExploredSearch[],
  { top, alpha, model }: OffPolicyOptions,
): OffPolicy {
  const n = searches.length
  const weights = searches.map(({ shown, wanted, propensities }) =>
    shown.slice(0, top).map((document, at) => (wanted[at] === document ? 1 / propensities[at]! : 0)),
  )
  const clicks = searches.map(({ shown, clicked }) =>
    shown.slice(0, top).map((document) => (clicked.has(document) ? 1 : 0)),
  )
  const counts = Array.from({ length: top }, (_, at) => {
    const column = weights.flatMap((row) => (at < row.length ? [row[at]!] : []))
    const sum = column.reduce((total, weight) => total + weight, 0)
    const squares = column.reduce((total, weight) => total + weight ** 2, 0)
    const { length } = column
    const variance = length === 0 ? 0 : squares / length - (sum / length) ** 2
    return { sum, length, variance, effective: squares === 0 ? 0 : sum ** 2 / squares }
  })
  const rates = counts.map(({ sum }, at) =>
    sum === 0
      ? 0
      : weights.reduce((total, row, i) => total + (row[at] ?? 0) * (clicks[i]![at] ?? 0), 0) / sum,
  )
  // lists shorter than `top` lack positions: the rate of a position counts for the lists that have it
  const value = rates.reduce((total, rate, at) => total + (rate * counts[at]!.length) / n, 0)
  const influence = weights.map((row, i) =>
    row.reduce((total, weight, at) => {
      const { sum, length } = counts[at]!
      return sum === 0 ? total : total + (weight * (clicks[i]![at]! - rates[at]!) * length) / sum
    }, 0),
  )
  const robust = searches.map((search, i) =>
    weights[i]!.reduce((total, weight, at) => {
      const given = (document: string) => model(search, document, at)
      return total + given(search.wanted[at]!) + weight * (clicks[i]![at]! - given(search.shown[at]!))
    }, 0),
  )
  const mean = robust.reduce((total, one) => total + one, 0) / n
  const units = searches.map(({ unit }) => unit)
  const positions = counts.map(({ sum, length, effective, variance }) => ({
    effective,
    error: Math.sqrt(variance / Math.max(1, length)),
    support: length === 0 ? 0 : sum / length,
  }))
  return {
    searches: n,
    units: new Set(units).size,
    shown: clicks.flat().reduce<number>((total, click) => total + click, 0) / n,
    snips: around(value, influence, units, alpha),
    doublyRobust: around(
      mean,
      robust.map((one) => one - mean),
      units,
      alpha,
    ),
    positions,
    refusal: refusalOf(positions),
  }
}

/** The interval of a mean over searches whose deviations are these, clustered by unit. */
function around(
  value: number,
  deviations: readonly number[],
  units: readonly string[],
  alpha: number,
): Estimated {
  const sums = new Map<string, number>()
  for (const [at, deviation] of deviations.entries())
    sums.set(units[at]!, (sums.get(units[at]!) ?? 0) + deviation)
  const count = sums.size
  const squares = [...sums.values()].reduce((total, sum) => total + sum ** 2, 0)
  const error = Math.sqrt((squares * count) / Math.max(1, count - 1)) / deviations.length
  const radius = count < 2 ? Number.NaN : error * studentQuantile(1 - alpha / 2, count - 1)
  return { value, interval: { low: value - radius, high: value + radius } }
}

function refusalOf(positions: OffPolicy['positions']): string | undefined {
  const unsupported = positions.findIndex(({ support, error }) => support + 2 * error < SUPPORT)
  if (unsupported >= 0)
    return (
      `at position ${unsupported + 1} the log could have shown what the new order has in ${(100 * positions[unsupported]!.support).toFixed(0)} % of the searches ` +
      `(wanted: ${100 * SUPPORT} %): exploration swaps neighbours, and the new order is further away. Compare the two by an experiment`
    )
  const small = positions.findIndex(({ effective }) => effective < FEWEST)
  if (small >= 0)
    return `position ${small + 1} is worth ${positions[small]!.effective.toFixed(0)} searches (wanted: ${FEWEST}). Explore a larger share, or longer`
  return undefined
}

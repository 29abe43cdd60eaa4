// A metric is a ratio of two sums over units: clicks by searches, or (with a denominator of 1 for each unit) a mean over units. Users
// are drawn, not searches, so the variance of a ratio is that of its linearised form (the delta method; Deng, Knoblich and Lu 2018,
// "Applying the delta method in metric analytics", equation 6):
//   r_i = (x_i - R y_i) / mean(y), with R = mean(x) / mean(y); the ratio's variance is that of the mean of r_i.
import { covariance, type Moments } from './moments.ts'

/** Columns of a metric in the moments: numerator and denominator during the experiment and before it. */
export const COLUMNS = { numerator: 0, denominator: 1, numeratorBefore: 2, denominatorBefore: 3 } as const
export const COLUMN_COUNT = 4

export interface Estimate {
  readonly value: number
  /** of the value, not of a unit */
  readonly variance: number
  /** units */
  readonly n: number
}

type Ratio = readonly [numerator: number, denominator: number]
const DURING: Ratio = [COLUMNS.numerator, COLUMNS.denominator]
const BEFORE: Ratio = [COLUMNS.numeratorBefore, COLUMNS.denominatorBefore]

const ratioOf = ({ means }: Moments, [numerator, denominator]: Ratio) =>
  means[numerator]! / means[denominator]!

/** Covariance of two ratios' linearised forms, for one unit. */
function ratioCovariance(moments: Moments, a: Ratio, b: Ratio): number {
  const [valueA, valueB] = [ratioOf(moments, a), ratioOf(moments, b)]
  const of = (row: number, column: number) => covariance(moments, row, column)
  const sum =
    of(a[0], b[0]) - valueB * of(a[0], b[1]) - valueA * of(a[1], b[0]) + valueA * valueB * of(a[1], b[1])
  return sum / (moments.means[a[1]]! * moments.means[b[1]]!)
}

/** The metric of an arm as it is. */
export const estimateRatio = (moments: Moments): Estimate => ({
  value: ratioOf(moments, DURING),
  variance: ratioCovariance(moments, DURING, DURING) / moments.n,
  n: moments.n,
})

export interface Adjustment {
  /** how much of a unit's metric is known from the time before the start */
  readonly coefficient: number
  /** the metric before the start, over all arms */
  readonly center: number
}

/**
 * What the time before the start says of the metric (CUPED; Deng, Xu, Kohavi and Walker 2013, "Improving the sensitivity of online
 * controlled experiments by utilizing pre-experiment data"), from the units of all arms together.
 * @returns no adjustment (coefficient 0) where the time before holds nothing that differs between units
 */
export function adjustmentFrom(all: Moments): Adjustment {
  const variance = ratioCovariance(all, BEFORE, BEFORE)
  if (!(variance > 0)) return { coefficient: 0, center: 0 }
  return { coefficient: ratioCovariance(all, DURING, BEFORE) / variance, center: ratioOf(all, BEFORE) }
}

/** The metric of an arm, less what its units did before the start already. */
export function estimateAdjusted(moments: Moments, { coefficient, center }: Adjustment): Estimate {
  const plain = estimateRatio(moments)
  if (coefficient === 0) return plain
  const variance =
    plain.variance * moments.n +
    coefficient ** 2 * ratioCovariance(moments, BEFORE, BEFORE) -
    2 * coefficient * ratioCovariance(moments, DURING, BEFORE)
  return {
    value: plain.value - coefficient * (ratioOf(moments, BEFORE) - center),
    variance: variance / moments.n,
    n: moments.n,
  }
}

// A metric is a ratio of two sums over units: clicks by searches, or (with a denominator of 1 for each unit)
// a mean over units. Experiments assign users, not searches, so the variance of a ratio is that of its
// linearised form (the delta method; Deng, Knoblich and Lu 2018, "Applying the delta method in metric
// analytics", equation 6):
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

/** `delta`: as published. `leverage`: also right if few units make up much of the total. */
export type VarianceForm = 'delta' | 'leverage'

/** The unadjusted metric of an arm. */
export const estimateRatio = (moments: Moments, form: VarianceForm = 'delta'): Estimate => ({
  value: ratioOf(moments, DURING),
  variance: varianceOf(moments, 0, form),
  n: moments.n,
})

function varianceOf(moments: Moments, coefficient: number, form: VarianceForm): number {
  const during = ratioCovariance(moments, DURING, DURING)
  const unit =
    coefficient === 0
      ? during
      : during +
        coefficient ** 2 * ratioCovariance(moments, BEFORE, BEFORE) -
        2 * coefficient * ratioCovariance(moments, DURING, BEFORE)
  if (form === 'delta') return unit / moments.n
  const kept = 1 - 1 / moments.n
  return kept * ((kept * unit) / moments.n + 2 * leverageOf(moments, coefficient))
}

/**
 * The correction of the variance for units with many searches. A ratio follows units with a large
 * denominator, so their residuals are too small: a unit with the share h of all searches has the residual (1
 * - h) r. With a = e - c b, e and b the residuals during the experiment and before it over the sums of their
 * denominators, h and g the unit's shares of these sums, the jackknife's variance (HC3; MacKinnon and White
 * 1985, "Some heteroskedasticity-consistent covariance matrix estimators with improved finite sample
 * properties") is in the first order of the shares (1 - 1 / n) sum a (a + 2 (h e - c g b)).
 * @returns sum a (h e - c g b)
 */
function leverageOf(moments: Moments, coefficient: number): number {
  const { n, means } = moments
  const residual = ([x, y]: Ratio) => {
    const total = n * means[y]!
    const ratio = means[x]! / means[y]!
    return [...means].map((_, column) => (column === x ? 1 : column === y ? -ratio : 0) / total)
  }
  const share = ([, y]: Ratio) => [...means].map((mean, column) => (column === y ? 1 / (n * mean) : 0))
  const during = residual(DURING)
  if (coefficient === 0) return thirdMoment(moments, during, during, share(DURING))
  const before = residual(BEFORE)
  const both = during.map((weight, column) => weight - coefficient * before[column]!)
  return (
    thirdMoment(moments, both, during, share(DURING)) -
    coefficient * thirdMoment(moments, both, before, share(BEFORE))
  )
}

type Weights = readonly number[]

/** The sum over units of the product of three weighted sums of their columns. */
function thirdMoment({ thirds }: Moments, a: Weights, b: Weights, c: Weights): number {
  let [sum, at] = [0, 0]
  for (const first of a)
    for (const second of b) for (const third of c) sum += first * second * third * thirds[at++]!
  return sum
}

export interface Adjustment {
  /** the coefficient of the metric before the start */
  readonly coefficient: number
  /** the metric before the start, over all arms */
  readonly center: number
}

/**
 * The adjustment for the metric before the start (CUPED; Deng, Xu, Kohavi and Walker 2013, "Improving the
 * sensitivity of online controlled experiments by utilizing pre-experiment data"), from the units of all arms
 * together.
 * @returns no adjustment (coefficient 0) if the units did not differ before the start
 */
export function adjustmentFrom(all: Moments): Adjustment {
  const variance = ratioCovariance(all, BEFORE, BEFORE)
  if (!(variance > 0)) return { coefficient: 0, center: 0 }
  return { coefficient: ratioCovariance(all, DURING, BEFORE) / variance, center: ratioOf(all, BEFORE) }
}

/** The metric of an arm, adjusted for its units' behaviour before the start. */
export function estimateAdjusted(
  moments: Moments,
  { coefficient, center }: Adjustment,
  form: VarianceForm = 'delta',
): Estimate {
  const plain = estimateRatio(moments, form)
  if (coefficient === 0) return plain
  return {
    value: plain.value - coefficient * (ratioOf(moments, BEFORE) - center),
    variance: varianceOf(moments, coefficient, form),
    n: moments.n,
  }
}

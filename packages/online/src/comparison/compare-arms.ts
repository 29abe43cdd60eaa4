// The difference between two arms, with an interval that is valid at the planned end and one that is valid at
// every look.
import studentCdf from '@stdlib/stats-base-dists-t-cdf'
import studentQuantile from '@stdlib/stats-base-dists-t-quantile'
import { confidenceSequenceRadius, mixtureDeviation } from './confidence-sequence.ts'
import type { Estimate } from './ratio.ts'

export interface Range {
  readonly low: number
  readonly high: number
}

export interface Comparison {
  readonly control: Estimate
  readonly treatment: Estimate
  /** treatment - control */
  readonly difference: number
  /** of the difference, at the planned end: Welch's t */
  readonly interval: Range
  /** treatment / control - 1 */
  readonly relative: number
  /** of the relative difference, at the planned end: Welch's t on the logarithm of the ratio */
  readonly relativeInterval: Range
  readonly statistic: number
  /** two-sided, at the planned end */
  readonly p: number
  /** of the difference, at every look: an asymptotic confidence sequence */
  readonly alwaysValid: Range
}

export interface ComparisonOptions {
  /** probability that an interval misses, 0.05 by default */
  readonly alpha?: number
  /** units of an arm at which the always valid interval is narrowest */
  readonly plannedUnits: number
}

/**
 * Compares two arms whose units are independent. Welch's t-test (Welch 1947) for unequal variances; the
 * relative interval is that of the logarithm of the ratio by the delta method, transformed back.
 */
export function compareArms(
  control: Estimate,
  treatment: Estimate,
  { alpha = 0.05, plannedUnits }: ComparisonOptions,
): Comparison {
  const difference = treatment.value - control.value
  const plain = welch(difference, control.variance, control.n, treatment.variance, treatment.n, alpha)
  const ratio = treatment.value / control.value
  const squared = ({ value, variance }: Estimate) => variance / value ** 2
  const onLog = welch(Math.log(ratio), squared(control), control.n, squared(treatment), treatment.n, alpha)
  const variance = control.variance + treatment.variance
  // the variance of the difference with the planned number of units
  const unitVariance = control.variance * control.n + treatment.variance * treatment.n
  const deviation = mixtureDeviation(unitVariance / plannedUnits, alpha)
  const radius = confidenceSequenceRadius(variance, deviation, alpha)
  return {
    control,
    treatment,
    difference,
    interval: around(difference, plain.radius),
    relative: ratio - 1,
    relativeInterval: {
      low: Math.exp(Math.log(ratio) - onLog.radius) - 1,
      high: Math.exp(Math.log(ratio) + onLog.radius) - 1,
    },
    statistic: plain.statistic,
    p: plain.p,
    alwaysValid: around(difference, radius),
  }
}

const around = (value: number, radius: number): Range => ({ low: value - radius, high: value + radius })

/** @param varianceA of the mean of sample a, not of a unit */
function welch(
  difference: number,
  varianceA: number,
  nA: number,
  varianceB: number,
  nB: number,
  alpha: number,
) {
  const variance = varianceA + varianceB
  const error = Math.sqrt(variance)
  // Welch and Satterthwaite
  const freedom = variance ** 2 / (varianceA ** 2 / (nA - 1) + varianceB ** 2 / (nB - 1))
  const statistic = difference / error
  return {
    statistic,
    p: 2 * studentCdf(-Math.abs(statistic), freedom),
    radius: error * studentQuantile(1 - alpha / 2, freedom),
  }
}

// The size and duration of an experiment.
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'

export interface Power {
  /** probability of a false finding, 0.05 by default */
  readonly alpha?: number
  /** probability of finding an existing difference, 0.8 by default */
  readonly power?: number
}

/**
 * Units that each of two arms of equal size needs to find a difference, by the normal approximation.
 * @param variance of one unit's metric, in one arm
 */
export function unitsPerArm(
  difference: number,
  variance: number,
  { alpha = 0.05, power = 0.8 }: Power = {},
): number {
  const quantiles = normalQuantile(1 - alpha / 2, 0, 1) + normalQuantile(power, 0, 1)
  return (2 * variance * quantiles ** 2) / difference ** 2
}

/** Units that see interleaved lists until a preference of this size is found. */
export function unitsInterleaved(
  preference: number,
  variance: number,
  { alpha = 0.05, power = 0.8 }: Power = {},
): number {
  const quantiles = normalQuantile(1 - alpha / 2, 0, 1) + normalQuantile(power, 0, 1)
  return (variance * quantiles ** 2) / preference ** 2
}

// Sample-ratio mismatch: arms that do not have the units that their weights promise. Then units are lost or
// counted twice on one side, and no difference between the arms is reliable (Fabijan et al. 2019).
import { SHARE_ALARM, shareStatistic } from '@disranker/experiments'
import chiSquareCdf from '@stdlib/stats-base-dists-chisquare-cdf'

export interface SampleRatio {
  readonly statistic: number
  readonly p: number
  /** true when there must be no verdict */
  readonly mismatch: boolean
}

/**
 * Pearson's chi-square test of the units of each arm.
 * @param units of each arm
 * @param weights of each arm, in the same order
 */
export function checkSampleRatio(units: readonly number[], weights: readonly number[]): SampleRatio {
  const statistic = shareStatistic(units, weights)
  const p = statistic === 0 ? 1 : 1 - chiSquareCdf(statistic, units.length - 1)
  return { statistic, p, mismatch: p < SHARE_ALARM }
}

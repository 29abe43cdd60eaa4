// Sample-ratio mismatch: arms that do not have the units that their weights promise. Then something is lost or counted twice on one
// side, and no difference between the arms can be believed (Fabijan et al. 2019).
import chiSquareCdf from '@stdlib/stats-base-dists-chisquare-cdf'

export interface SampleRatio {
  readonly statistic: number
  readonly p: number
  /** true when the verdict must stop */
  readonly mismatch: boolean
}

/** below it, the arms are taken to be wrong: far below 0.05, because a false alarm stops an experiment */
const ALARM = 0.0005

/**
 * Pearson's chi-square test of the units of each arm.
 * @param units of each arm
 * @param weights of each arm, in the same order
 */
export function checkSampleRatio(units: readonly number[], weights: readonly number[]): SampleRatio {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
  const [all, weight] = [sum(units), sum(weights)]
  const statistic = sum(
    units.map((count, arm) => {
      const expected = (all * weights[arm]!) / weight
      return (count - expected) ** 2 / expected
    }),
  )
  const p = all === 0 ? 1 : 1 - chiSquareCdf(statistic, units.length - 1)
  return { statistic: all === 0 ? 0 : statistic, p, mismatch: p < ALARM }
}

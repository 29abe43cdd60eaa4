// Checks that arms have the units that their weights promise (sample-ratio mismatch; Fabijan et al. 2019). If
// not, units are lost or counted twice on one side.

/**
 * Pearson's chi-square of the units of each arm, with one degree of freedom less than there are arms.
 * @param units of each arm
 * @param weights of each arm, in the same order
 */
export function shareStatistic(units: readonly number[], weights: readonly number[]): number {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
  const [all, weight] = [sum(units), sum(weights)]
  if (all === 0) return 0
  return sum(
    units.map((count, arm) => {
      const expected = (all * weights[arm]!) / weight
      return (count - expected) ** 2 / expected
    }),
  )
}

/** probability of a false alarm: far below 0.05, because an alarm stops an experiment */
export const SHARE_ALARM = 0.0005

/**
 * the critical value at this probability, for two to eight arms: a table, so that a server needs no
 * distribution
 */
const SHARE_LIMITS: readonly number[] = [
  12.1156651, 15.2018049, 17.7299962, 19.997355, 22.1053268, 24.102799, 26.0177677,
]

/** Whether the arms lack the units that their weights promise. */
export const sharesMismatch = (units: readonly number[], weights: readonly number[]): boolean =>
  units.length > 1 && shareStatistic(units, weights) > SHARE_LIMITS[units.length - 2]!

// The sentences on the differences of a section, chosen by intervals and seeds.
import { nameOf, plain, plainP, side, signed } from '@disranker/metrics'
import { STUDY_MEASURE_NAMES } from './pooled-rows.ts'
import type { StudyDifference } from './study-table.ts'

/**
 * One sentence for each measure of each difference.
 * @param how a phrase for all of them, such as "by the networks alone"
 */
export function studySentences(differences: readonly StudyDifference[], how: string): string[] {
  return differences.flatMap(({ arm, other, measures }) =>
    STUDY_MEASURE_NAMES.map((name) => {
      const { value, low, high, p, seeds, seedsAbove } = measures[name]
      const where = side(measures[name])
      const verdict = where === 'level' ? 'cannot be told from' : `is ${where}`
      const bySeed = seeds > 1 ? `; higher in ${seedsAbove} of ${seeds} seeds` : ''
      return `${arm} ${verdict} ${other} in ${nameOf(name)}, ${how}: ${signed(value)} [${signed(low)}, ${signed(high)}], p ${p < 0.001 ? '' : '= '}${plainP(p)}${bySeed}.`
    }),
  )
}

/** "0.517 ± 0.006" over seeds; one seed has no spread. */
export function spreadText(values: readonly number[]): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  if (values.length === 1) return plain(mean)
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return `${plain(mean)} ± ${plain(Math.sqrt(square / (values.length - 1)))}`
}

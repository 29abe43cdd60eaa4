// The rows of a study with their intervals, and the differences that its sections ask for.
import {
  bootstrap,
  drawSamples,
  type Interval,
  pairedBootstrap,
  type Resampling,
  randomisationTest,
} from '@disranker/metrics'
import { type PooledRow, STUDY_MEASURE_NAMES, type StudyMeasure } from './pooled-rows.ts'

export interface StudyRow {
  readonly arm: string
  readonly measures: Readonly<Record<StudyMeasure, Interval & { readonly bySeed: readonly number[] }>>
  readonly lexicalWeights: readonly number[]
}

export interface StudyDifference {
  readonly arm: string
  readonly other: string
  /** arm minus other; `seedsAbove`: in how many of the seeds that both have the arm's figure is the higher */
  readonly measures: Readonly<
    Record<
      StudyMeasure,
      Interval & { readonly p: number; readonly seeds: number; readonly seedsAbove: number }
    >
  >
}

export interface StudyTable {
  readonly queries: number
  readonly rows: readonly StudyRow[]
  readonly differences: readonly StudyDifference[]
}

/** @param compare pairs of arms; one whose rows are not there is left out */
export function studyTable(
  rows: readonly PooledRow[],
  compare: readonly (readonly [string, string])[],
  resampling: Resampling,
): StudyTable {
  const queries = rows[0]!.parts['ndcg@10'].length
  const samples = drawSamples(queries, resampling)
  const find = (arm: string) => rows.find((row) => row.arm === arm)
  return {
    queries,
    rows: rows.map(({ arm, parts, bySeed, lexicalWeights }) => ({
      arm,
      measures: byMeasure((name) => ({ ...bootstrap(parts[name], samples), bySeed: bySeed[name] })),
      lexicalWeights,
    })),
    differences: compare.flatMap(([arm, other]) => {
      const [mine, others] = [find(arm), find(other)]
      if (mine === undefined || others === undefined) return []
      const measures = byMeasure((name) => {
        const [a, b] = [mine.bySeed[name], others.bySeed[name]]
        // a row without seeds of its own stands beside every seed of the other
        const seeds = b.length === 1 ? a.length : Math.min(a.length, b.length)
        return {
          ...pairedBootstrap(mine.parts[name], others.parts[name], samples),
          p: randomisationTest(mine.parts[name], others.parts[name], resampling),
          seeds,
          seedsAbove: a.slice(0, seeds).filter((value, seed) => value > b[Math.min(seed, b.length - 1)]!)
            .length,
        }
      })
      return [{ arm, other, measures }]
    }),
  }
}

const byMeasure = <Value>(of: (name: StudyMeasure) => Value) =>
  Object.fromEntries(STUDY_MEASURE_NAMES.map((name) => [name, of(name)])) as Record<StudyMeasure, Value>

// The rows of a study with their intervals, and the differences that its sections compare.
import {
  bootstrap,
  drawSamples,
  type Interval,
  overall,
  type Part,
  pairedDifference,
  type Resampling,
} from '@disranker/metrics'
import { meanParts, type PooledRow, STUDY_MEASURE_NAMES, type StudyMeasure } from './pooled-rows.ts'

export interface StudyRow {
  readonly arm: string
  readonly measures: Readonly<Record<StudyMeasure, Interval & { readonly bySeed: readonly number[] }>>
  readonly lexicalWeights: readonly number[]
}

export interface StudyDifference {
  readonly arm: string
  readonly other: string
  /** arm minus other, over their common seeds; `seedsAbove`: in how many of them the arm's figure is higher */
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

/** @param compare pairs of arms; one without rows or common seeds is left out */
export function studyTable(
  rows: readonly PooledRow[],
  compare: readonly (readonly [string, string])[],
  resampling: Resampling,
): StudyTable {
  const queries = rows[0]!.parts['ndcg@10'][0]!.length
  const samples = drawSamples(queries, resampling)
  const find = (arm: string) => rows.find((row) => row.arm === arm)
  return {
    queries,
    rows: rows.map(({ arm, parts, lexicalWeights }) => ({
      arm,
      measures: byMeasure((name) => ({
        ...bootstrap(meanParts(parts[name]), samples),
        bySeed: parts[name].map(overall),
      })),
      lexicalWeights,
    })),
    differences: compare.flatMap(([arm, other]) => {
      const [mine, others] = [find(arm), find(other)]
      if (mine === undefined || others === undefined) return []
      const seeds = mine.seeds.filter((seed) => others.seeds.includes(seed))
      if (seeds.length === 0) return []
      const measures = byMeasure((name) => {
        const [a, b] = [mine, others].map((row) =>
          seeds.map((seed) => row.parts[name][row.seeds.indexOf(seed)]!),
        ) as [Part[][], Part[][]]
        const [x, y] = [meanParts(a), meanParts(b)]
        return {
          ...pairedDifference(x, y, resampling),
          seeds: seeds.length,
          seedsAbove: a.filter((parts, at) => overall(parts) > overall(b[at]!)).length,
        }
      })
      return [{ arm, other, measures }]
    }),
  }
}

const byMeasure = <Value>(of: (name: StudyMeasure) => Value) =>
  Object.fromEntries(STUDY_MEASURE_NAMES.map((name) => [name, of(name)])) as Record<StudyMeasure, Value>

// What the runs of an arm are worth: each query's part of a measure is its mean over the seeds, so that an interval over
// queries is one of the recipe and not of one lucky seed; the spread over the seeds stands beside it.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Pairs, readRun } from '@disranker/dataset'
import {
  coverageOf,
  judgeRun,
  type Measure,
  ndcgAt,
  overall,
  type Part,
  reciprocalRankAt,
} from '@disranker/metrics'
import { BARE, readRanked } from '@disranker/ranking'

export const STUDY_MEASURES = {
  'mrr@10': reciprocalRankAt(10),
  'ndcg@10': ndcgAt(10),
} as const satisfies Record<string, Measure>

export type StudyMeasure = keyof typeof STUDY_MEASURES

export const STUDY_MEASURE_NAMES = Object.keys(STUDY_MEASURES) as StudyMeasure[]

export interface PooledRow {
  readonly arm: string
  /** by measure: one part a query, the mean over the seeds */
  readonly parts: Readonly<Record<StudyMeasure, readonly Part[]>>
  /** by measure: one figure a seed */
  readonly bySeed: Readonly<Record<StudyMeasure, readonly number[]>>
  /** one a seed; 0: the scores hold no lexical term */
  readonly lexicalWeights: readonly number[]
}

export interface Ranks {
  readonly pairs: Pairs
  readonly split: 'validation' | 'test'
  /** with lexical term and wide channel by the weights that validation chose, or the network alone */
  readonly lexical: boolean
}

/** @param folders of the step that ranks, one a seed */
export function pooledRow(
  arm: string,
  folders: readonly string[],
  { pairs, split, lexical }: Ranks,
): PooledRow {
  const { queries, unmatched } = coverageOf(pairs, split)
  const rankings = folders.map((folder) => {
    const without = join(folder, 'runs', BARE, `${split}.run`)
    // a model whose lexical weight is 0 has one run for both
    const file = !lexical && existsSync(without) ? without : join(folder, 'runs', `${split}.run`)
    return judgeRun(arm, readRun(file), pairs.judgements, queries, { unmatched })
  })
  return {
    arm,
    ...measured(rankings.map((list) => (measure) => list.map(measure))),
    lexicalWeights: folders.map(weightOf),
  }
}

/** The first stage as a row. */
export function firstStageRow(arm: string, { pairs, split }: Omit<Ranks, 'lexical'>): PooledRow {
  const { queries, unmatched } = coverageOf(pairs, split)
  const list = judgeRun(arm, pairs.firstStage(split), pairs.judgements, queries, { unmatched })
  return { arm, ...measured([(measure) => list.map(measure)]), lexicalWeights: [0] }
}

const weightOf = (folder: string) => readRanked(folder)?.lexicalWeight ?? 0

function measured(seeds: readonly ((measure: Measure) => Part[])[]) {
  const of = <Value>(make: (name: StudyMeasure) => Value) =>
    Object.fromEntries(STUDY_MEASURE_NAMES.map((name) => [name, make(name)])) as Record<StudyMeasure, Value>
  const parts = (name: StudyMeasure) => seeds.map((seed) => seed(STUDY_MEASURES[name]))
  return {
    parts: of((name) => meanParts(parts(name))),
    bySeed: of((name) => parts(name).map(overall)),
  }
}

/** Mean of each query's parts; all hold the same queries in one order. */
export function meanParts(seeds: readonly (readonly Part[])[]): Part[] {
  return seeds[0]!.map((_, query) => {
    const mean = (at: 0 | 1) => seeds.reduce((sum, parts) => sum + parts[query]![at], 0) / seeds.length
    return [mean(0), mean(1)]
  })
}

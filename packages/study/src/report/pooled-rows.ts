// The figures of an arm: each query's part of a measure is its mean over the seeds, so that an interval over
// queries is that of the recipe and not of one lucky seed; the spread over the seeds is shown, too.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Pairs, readRun } from '@disranker/dataset'
import {
  coverageOf,
  judgeRun,
  type Measure,
  ndcgAt,
  type Part,
  type Ranking,
  reciprocalRankAt,
} from '@disranker/metrics'
import { NETWORK_ONLY, readRanked } from '@disranker/ranking'

const STUDY_MEASURES = {
  'mrr@10': reciprocalRankAt(10),
  'ndcg@10': ndcgAt(10),
} as const satisfies Record<string, Measure>

export type StudyMeasure = keyof typeof STUDY_MEASURES

export const STUDY_MEASURE_NAMES = Object.keys(STUDY_MEASURES) as StudyMeasure[]

/** The runs from one seed. */
export interface SeedRun {
  readonly seed: number
  /** of the step */
  readonly folder: string
  /** of several teachers: the one whose runs are used */
  readonly part?: string
}

export interface PooledRow {
  readonly arm: string
  /** none: it has one run without randomness */
  readonly seeds: readonly number[]
  /** by measure: one list for each seed, with one part for each query */
  readonly parts: Readonly<Record<StudyMeasure, readonly (readonly Part[])[]>>
  /** one for each seed; 0: the scores have no lexical term */
  readonly lexicalWeights: readonly number[]
}

export interface Ranks {
  readonly pairs: Pairs
  readonly split: 'validation' | 'test'
  /** with lexical term and static bi-encoder by the weights chosen on validation, or the network alone */
  readonly lexical: boolean
}

export function pooledRow(
  arm: string,
  seedRuns: readonly SeedRun[],
  { pairs, split, lexical }: Ranks,
): PooledRow {
  const { queries, unmatched } = coverageOf(pairs, split)
  const rankings = seedRuns.map(({ folder, part = '' }) => {
    const runs = join(folder, 'runs', part)
    const networkOnly = join(runs, NETWORK_ONLY)
    // a part of a teacher, and a model whose lexical weight is 0, has the same run for both
    const file = join(!lexical && existsSync(networkOnly) ? networkOnly : runs, `${split}.run`)
    return judgeRun(arm, readRun(file), pairs.judgements, queries, { unmatched })
  })
  return {
    arm,
    seeds: seedRuns.map(({ seed }) => seed),
    parts: measured(rankings),
    lexicalWeights: seedRuns.map(({ folder, part }) => (part === undefined ? weightOf(folder) : 0)),
  }
}

/** The first stage as a row. */
export function firstStageRow(arm: string, { pairs, split }: Omit<Ranks, 'lexical'>): PooledRow {
  const { queries, unmatched } = coverageOf(pairs, split)
  const list = judgeRun(arm, pairs.firstStage(split), pairs.judgements, queries, { unmatched })
  return { arm, seeds: [], parts: measured([list]), lexicalWeights: [0] }
}

const weightOf = (folder: string) => readRanked(folder)?.lexicalWeight ?? 0

const measured = (rankings: readonly (readonly Ranking[])[]) =>
  Object.fromEntries(
    STUDY_MEASURE_NAMES.map((name) => [name, rankings.map((list) => list.map(STUDY_MEASURES[name]))]),
  ) as Record<StudyMeasure, Part[][]>

/** Mean of each query's parts; all have the same queries in the same order. */
export function meanParts(seeds: readonly (readonly Part[])[]): Part[] {
  return seeds[0]!.map((_, query) => {
    const mean = (at: 0 | 1) => seeds.reduce((sum, parts) => sum + parts[query]![at], 0) / seeds.length
    return [mean(0), mean(1)]
  })
}

// The report as data: every run with its measures and intervals, the differences that matter, and what they mean.
import type { Judgements, Run } from '@disranker/dataset'
import { evaluateRun, MEASURES, type Measure, type QueryFigures } from './evaluate-run.ts'
import {
  type Estimate,
  estimate,
  estimateDifference,
  type Resampling,
  randomisationTest,
} from './resampling.ts'
import { sentences } from './sentences.ts'

export type RowName = 'bm25' | 'two_tower' | 'teacher' | 'student_labels' | 'student' | 'student_int8'

export type Row = Readonly<Record<Measure, Estimate>>

export interface Difference extends Estimate {
  readonly row: RowName
  readonly against: RowName
  readonly measure: 'mrr@10' | 'ndcg@10'
  /** two-sided, of the paired randomisation test */
  readonly p: number
}

export interface SplitReport {
  readonly queries: number
  readonly rows: Readonly<Partial<Record<RowName, Row>>>
  readonly differences: readonly Difference[]
}

export interface Report {
  /** the split that nothing was chosen on */
  readonly test: SplitReport
  readonly validation: SplitReport
  /** rows whose runs were not there */
  readonly missing: readonly string[]
  readonly simulatedClicks: boolean
  readonly sentences: readonly string[]
}

export interface ReportInput {
  readonly runs: Readonly<Record<'validation' | 'test', ReadonlyMap<RowName, Run>>>
  readonly judgements: Readonly<Record<'validation' | 'test', Judgements>>
  readonly missing: readonly string[]
  readonly simulatedClicks: boolean
  readonly resampling: Resampling
}

const AGAINST: readonly (readonly [RowName, RowName])[] = [
  ['two_tower', 'bm25'],
  ['teacher', 'bm25'],
  ['student_labels', 'bm25'],
  ['student', 'bm25'],
  ['student_int8', 'bm25'],
  ['student', 'student_labels'],
  ['student', 'teacher'],
  ['student_int8', 'student'],
]

/** @throws {InputError} when a run does not fit the judgements */
export function makeReport({ runs, judgements, missing, simulatedClicks, resampling }: ReportInput): Report {
  const split = (name: 'validation' | 'test') => reportSplit(runs[name], judgements[name], resampling)
  const [test, validation] = [split('test'), split('validation')]
  return { test, validation, missing, simulatedClicks, sentences: sentences(test, missing, simulatedClicks) }
}

function reportSplit(
  runs: ReadonlyMap<RowName, Run>,
  judgements: Judgements,
  resampling: Resampling,
): SplitReport {
  const figures = new Map([...runs].map(([name, run]) => [name, evaluateRun(name, run, judgements)]))
  const rows = [...figures].map(([name, figure]) => [
    name,
    Object.fromEntries(MEASURES.map((measure) => [measure, rounded(estimate(figure[measure], resampling))])),
  ])
  const differences = AGAINST.flatMap(([row, against]) => {
    const [a, b] = [figures.get(row), figures.get(against)]
    return a && b
      ? (['mrr@10', 'ndcg@10'] as const).map((measure) => ({
          row,
          against,
          measure,
          ...compare(a, b, measure, resampling),
        }))
      : []
  })
  return {
    queries: [...figures.values()][0]?.['mrr@10'].length ?? 0,
    rows: Object.fromEntries(rows),
    differences,
  }
}

function compare(a: QueryFigures, b: QueryFigures, measure: 'mrr@10' | 'ndcg@10', resampling: Resampling) {
  const values = (figures: QueryFigures) => figures[measure].map(({ above }) => above)
  const p = randomisationTest(values(a), values(b), resampling)
  return { ...rounded(estimateDifference(a[measure], b[measure], resampling)), p: round(p) }
}

const round = (value: number) => Number(value.toFixed(5))
const rounded = ({ value, low, high }: Estimate): Estimate => ({
  value: round(value),
  low: round(low),
  high: round(high),
})

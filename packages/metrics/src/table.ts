// The rows of the report on one split: each run's measures with intervals, and the differences between pairs of rows.
import {
  type Measure,
  ndcgAt,
  type Part,
  pairOrder,
  precisionAt,
  recallAt,
  reciprocalRankAt,
} from './ranking-metrics.ts'
import type { Ranking } from './rankings.ts'
import {
  bootstrap,
  drawSamples,
  type Interval,
  pairedBootstrap,
  type Resampling,
  randomisationTest,
} from './resampling.ts'
import { COMPARED, type RowName } from './table-rows.ts'

// 10 results are what a person looks at; 100 are what the first stage hands over
const MEASURES = {
  'mrr@10': reciprocalRankAt(10),
  'ndcg@10': ndcgAt(10),
  pnr: pairOrder,
  'precision@1': precisionAt(1),
  'recall@100': recallAt(100),
} as const satisfies Record<string, Measure>

export type MeasureName = keyof typeof MEASURES

export const MEASURE_NAMES = Object.keys(MEASURES) as MeasureName[]

export type Row = Readonly<Record<MeasureName, Interval>>

export interface Difference {
  readonly row: RowName
  readonly baseline: RowName
  /** row minus baseline; p is two-sided, of the paired randomisation test */
  readonly measures: Readonly<Record<MeasureName, Interval & { readonly p: number }>>
}

export interface Table {
  readonly split: string
  readonly queries: number
  /** queries without a relevant document: they count 0 in MRR, precision and recall, for every row */
  readonly withoutRelevant: number
  readonly rows: Readonly<Partial<Record<RowName, Row>>>
  readonly differences: readonly Difference[]
}

/** Measures every run and compares them; all rank the same queries, in the same order. */
export function buildTable(
  split: string,
  runs: ReadonlyMap<RowName, readonly Ranking[]>,
  resampling: Resampling,
): Table {
  const [first] = runs.values()
  if (first === undefined) throw new RangeError('buildTable wants at least one run')
  const samples = drawSamples(first.length, resampling)
  // [row][measure][query]
  const parts = new Map(
    [...runs].map(([row, rankings]) => [row, byMeasure((name) => rankings.map(MEASURES[name]))]),
  )
  const compare = (row: RowName, baseline: RowName): Difference => ({
    row,
    baseline,
    measures: byMeasure((name) => {
      const [mine, other]: [Part[], Part[]] = [parts.get(row)![name], parts.get(baseline)![name]]
      return { ...pairedBootstrap(mine, other, samples), p: randomisationTest(mine, other, resampling) }
    }),
  })
  return {
    split,
    queries: first.length,
    withoutRelevant: first.filter(({ judged, relevant }) => judged[0]! < relevant).length,
    rows: Object.fromEntries(
      [...parts].map(([row, figures]) => [row, byMeasure((name) => bootstrap(figures[name], samples))]),
    ),
    differences: COMPARED.filter(([row, other]) => runs.has(row) && runs.has(other)).map(([row, other]) =>
      compare(row, other),
    ),
  }
}

const byMeasure = <Value>(of: (name: MeasureName) => Value) =>
  Object.fromEntries(MEASURE_NAMES.map((name) => [name, of(name)])) as Record<MeasureName, Value>

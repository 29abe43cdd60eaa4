// The rows of the report on one split: each run's measures with intervals, and the differences between pairs of rows.
import type { Evaluable } from '@disranker/dataset'
import { holm } from '@disranker/ranking/holm'
import {
  type Measure,
  ndcgAt,
  overall,
  type Part,
  pairOrder,
  precisionAt,
  recallAt,
  reciprocalRankAt,
} from '../measures/ranking-metrics.ts'
import type { Ranking } from '../measures/rankings.ts'
import type { JudgedRow } from '../read-rows.ts'
import { comparisons, type RowInfo } from '../rows.ts'
import type { Tested } from './figures.ts'
import { bootstrap, drawSamples, type Interval, pairedDifference, type Resampling } from './resampling.ts'

// users look at 10 results; the first stage passes on 100
const MEASURES = {
  'mrr@10': reciprocalRankAt(10),
  'ndcg@10': ndcgAt(10),
  pnr: pairOrder,
  'precision@1': precisionAt(1),
  'recall@100': recallAt(100),
} as const satisfies Record<string, Measure>

export type MeasureName = keyof typeof MEASURES

export const MEASURE_NAMES = Object.keys(MEASURES) as MeasureName[]

/** the measures of the sentences and of the decision to serve a model */
export const MAIN_MEASURES = ['mrr@10', 'ndcg@10'] as const satisfies readonly MeasureName[]

export type Row = Readonly<Record<MeasureName, Interval>>

export interface Difference {
  readonly row: string
  readonly baseline: string
  /** row minus baseline; interval and two-sided p from one paired randomisation test */
  readonly measures: Readonly<Record<MeasureName, Tested>>
}

/** One recipe trained from several seeds. */
export interface Spread {
  readonly row: string
  /** the other seeds; the row itself has the recipe's first */
  readonly seeds: readonly number[]
  /** figures of all seeds, the row's own first; their mean and standard deviation (n - 1) */
  readonly measures: Readonly<
    Record<
      MeasureName,
      { readonly values: readonly number[]; readonly mean: number; readonly deviation: number }
    >
  >
}

export interface Table {
  readonly split: string
  /** queries that count in every mean */
  readonly queries: number
  /**
   * those of them without a document that is relevant by the recipe's `relevant`: they count 0 in MRR,
   * precision and recall
   */
  readonly withoutRelevant: number
  /** judged queries that cannot count, or count 0 in every row */
  readonly coverage: Omit<Evaluable, 'queries'>
  /** the rows in the order of the report; the first is the first stage */
  readonly info: readonly RowInfo[]
  readonly rows: Readonly<Record<string, Row>>
  readonly differences: readonly Difference[]
  readonly spreads: readonly Spread[]
}

/** Measures every run and compares them; all rank the same queries, in the same order. */
export function buildTable(
  split: string,
  judged: readonly JudgedRow[],
  { ungraded, unmatched, missed }: Evaluable,
  resampling: Resampling,
): Table {
  const first = judged[0]?.rankings
  if (first === undefined) throw new RangeError('buildTable wants at least one run')
  const samples = drawSamples(first.length, resampling)
  const partsOf = (rankings: readonly Ranking[]) => byMeasure((name) => rankings.map(MEASURES[name]))
  // [row][measure][query]
  const parts = new Map(judged.map(({ info, rankings }) => [info.name, partsOf(rankings)]))
  const compare = (row: string, baseline: string): Difference => ({
    row,
    baseline,
    measures: byMeasure((name) => {
      const [mine, other]: [Part[], Part[]] = [parts.get(row)![name], parts.get(baseline)![name]]
      return pairedDifference(mine, other, resampling)
    }),
  })
  const spread = ({ info: { name: row }, rankings, seeds }: JudgedRow): Spread => ({
    row,
    seeds: seeds.map(({ seed }) => seed),
    measures: byMeasure((name) => {
      const values = [rankings, ...seeds.map((one) => one.rankings)].map((list) =>
        overall(list.map(MEASURES[name])),
      )
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
      return { values, mean, deviation: Math.sqrt(square / (values.length - 1)) }
    }),
  })
  const info = judged.map((row) => row.info)
  return {
    split,
    queries: first.length,
    withoutRelevant: first.filter(({ judged, relevant }) => judged[0]! < relevant).length,
    coverage: { ungraded, unmatched, missed },
    info,
    rows: Object.fromEntries(
      [...parts].map(([row, figures]) => [row, byMeasure((name) => bootstrap(figures[name], samples))]),
    ),
    differences: comparisons(info).map(([row, other]) => compare(row, other)),
    spreads: judged.filter(({ seeds }) => seeds.length > 0).map(spread),
  }
}

/** A table, and the pairs [row, baseline] of it that sentences compare. */
export interface SaidOf {
  readonly table: Table
  readonly said: readonly (readonly [string, string])[]
}

/**
 * The table with p corrected for the comparisons in the page's sentences, in every main measure (Holm 1979).
 */
export const correctFor = (table: Table, said: SaidOf['said']): Table => correctAll([{ table, said }])[0]!

/** The same for several tables of one page: their comparisons are one family. */
export function correctAll(tables: readonly SaidOf[]): Table[] {
  const family = tables.flatMap(({ table, said }) =>
    table.differences
      .filter(({ row, baseline }) => said.some(([one, other]) => one === row && other === baseline))
      .flatMap((found) => MAIN_MEASURES.map((measure) => ({ found, measure }))),
  )
  const corrected = holm(family.map(({ found, measure }) => found.measures[measure].p))
  return tables.map(({ table }) => {
    const differences = table.differences.map((found): Difference => {
      const own = family.flatMap((one, at) =>
        one.found === found
          ? [[one.measure, { ...found.measures[one.measure], corrected: corrected[at]! }] as const]
          : [],
      )
      return { ...found, measures: { ...found.measures, ...Object.fromEntries(own) } }
    })
    return { ...table, differences }
  })
}

const byMeasure = <Value>(of: (name: MeasureName) => Value) =>
  Object.fromEntries(MEASURE_NAMES.map((name) => [name, of(name)])) as Record<MeasureName, Value>

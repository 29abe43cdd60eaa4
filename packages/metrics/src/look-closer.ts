// More than the means: the queries and kinds of queries that change, and the advice from the figures. It
// reads the rankings of the first stage and of the served model, on the test split.
import type { Pairs } from '@disranker/dataset'
import { pairedDifference, type Resampling } from './figures/resampling.ts'
import type { Table } from './figures/table.ts'
import { findGains } from './measures/query-gains.ts'
import { ndcgAt, overall } from './measures/ranking-metrics.ts'
import type { Ranking } from './measures/rankings.ts'
import { measureSlices, nameSlices } from './measures/slices.ts'
import { type Advice, adviseNext } from './page/advice.ts'
import type { JudgedRows } from './read-rows.ts'
import type { Report } from './report.ts'
import type { RowInfo } from './rows.ts'

export interface CloserLook {
  readonly pairs: Pick<Pairs, 'queries' | 'documents'>
  /** of test queries, if the log has them */
  readonly views: ReadonlyMap<string, number>
  readonly judged: JudgedRows
  /** with corrected p */
  readonly test: Table
  readonly recipe: { readonly resampling: Resampling }
  readonly teacherFromScratch: boolean
  readonly trainQueries: number | undefined
}

const measure = ndcgAt(10)

/** If no model is served, there is nothing to examine and no advice. */
export function lookCloser(given: CloserLook): Pick<Report, 'advice' | 'slices' | 'gains'> {
  const { pairs, views, judged, recipe } = given
  const rankingsOf = (role: RowInfo['role']) =>
    judged.rows.find(({ info }) => info.role === role && !info.name.includes('@'))?.rankings
  const [first, served] = [rankingsOf('first-stage'), rankingsOf('served')]
  if (first === undefined || served === undefined) return { advice: [] }
  const texts = {
    query: (id: string) => pairs.queries.get(id)?.text ?? id,
    title: (id: string) => {
      const { title = '', summary = '' } = pairs.documents.get(id) ?? {}
      return title || summary
    },
  }
  const names = nameSlices(served.map(({ query }) => ({ text: texts.query(query), views: views.get(query) })))
  return {
    advice: advise(given, first, served, rankingsOf('teacher')),
    slices: measureSlices(names, served.map(measure), first.map(measure), recipe.resampling),
    gains: findGains(first, served, names, texts),
  }
}

function advise(
  { test, recipe, teacherFromScratch, trainQueries }: CloserLook,
  first: readonly Ranking[],
  served: readonly Ranking[],
  teacher: readonly Ranking[] | undefined,
): Advice[] {
  const rowOf = (role: RowInfo['role']) =>
    test.info.find((row) => row.role === role && !row.name.includes('@'))?.name
  const differenceOf = (role: RowInfo['role']) =>
    test.differences.find((one) => one.row === rowOf('served') && one.baseline === rowOf(role))?.measures[
      'ndcg@10'
    ]
  const overFirst = differenceOf('first-stage')
  if (overFirst === undefined) return []
  const parts = served.map(measure)
  return adviseNext({
    queries: served.length,
    served: overall(parts),
    overFirst,
    ceiling: overall(first.map(bestOrder).map(measure)),
    depth: Math.max(...first.map(({ documents }) => documents.length)),
    teacher: teacher && {
      value: overall(teacher.map(measure)),
      // it is not in a sentence, so it is a separate test
      over: pairedDifference(teacher.map(measure), parts, recipe.resampling),
    },
    int8: differenceOf('distilled'),
    teacherFromScratch,
    trainQueries,
  })
}

/** The same documents in the best order. */
const bestOrder = (ranking: Ranking): Ranking => ({
  ...ranking,
  grades: [...ranking.grades].sort((a, b) => b - a),
})

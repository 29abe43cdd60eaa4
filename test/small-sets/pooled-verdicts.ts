// The verdict on a whole judged set of which a share is the test split: by that split, and by all judged queries, each ranked by weights
// that were chosen without it. In both the page says all that it says of the test split.
import { judgedShares } from '@disranker/dataset/splits/splits'
import {
  buildTable,
  comparisonsSaid,
  correctAll,
  type JudgedRow,
  judgeRun,
  side,
  type Table,
} from '@disranker/metrics'
import { crossFit, scoresOf } from '@disranker/ranking'
import { simulate } from './simulate.ts'
import { ALL, RESAMPLING, rowsOf, scorers } from './verdicts.ts'

/** shares of the worlds: the served row is said to be above the first stage, or below, in nDCG@10 or MRR@10 */
export interface Said {
  readonly above: number
  readonly below: number
  /** nDCG@10 of the served row less the first stage's, mean over the worlds */
  readonly gain: number
}

export interface PooledVerdicts {
  /** queries of the test split */
  readonly test: number
  readonly bySplit: Said
  readonly byAll: Said
}

type World = ReturnType<typeof simulate>

/** @param judged queries of a set whose splits the pairs stage makes */
export function countPooled(judged: number, strength: number, worlds: number): PooledVerdicts {
  const { train, validation } = judgedShares(judged, false)
  const test = Math.round((1 - train - validation) * judged)
  const told = { bySplit: [] as Table[], byAll: [] as Table[] }
  for (let world = 0; world < worlds; world++) {
    const set = simulate(7000 * judged + world, judged, scorers(strength))
    const split = tableOf('test', rowsOf({ ...set, queries: set.queries.slice(0, test) }))
    const all = tableOf('cross-fitted', crossFittedRows(set))
    told.bySplit.push(correctAll([{ table: split, said: comparisonsSaid(split.info) }])[0]!)
    told.byAll.push(
      correctAll([
        { table: all, said: comparisonsSaid(all.info, 'served') },
        { table: split, said: comparisonsSaid(split.info, 'rest') },
      ])[0]!,
    )
  }
  return { test, bySplit: saidOf(told.bySplit), byAll: saidOf(told.byAll) }
}

const tableOf = (split: string, rows: readonly JudgedRow[]): Table =>
  buildTable(split, rows, { queries: rows[0]!.rankings.map(({ query }) => query), ...ALL }, RESAMPLING)

/** The first stage, and a sum of it and of the served row's scores. */
function crossFittedRows(set: World): JudgedRow[] {
  const { runs, judgements, queries } = set
  const [first, , served] = rowsOf(set)
  const [bm25, , int8] = runs
  const run = crossFit({
    parts: [int8!, bm25!].map((run, at) => ({
      name: String(at),
      kept: at === 0,
      learnedFrom: () => false,
      scores: scoresOf(run),
    })),
    queries: queries.map((id) => ({
      id,
      group: id,
      documents: bm25!.get(id)!.map(({ document }) => document),
    })),
    judgements,
  })
  return [first!, { ...served!, rankings: judgeRun('served', run, judgements, queries) }]
}

function saidOf(tables: readonly Table[]): Said {
  const found = tables.map(
    ({ differences }) =>
      differences.find(({ row, baseline }) => row === 'student_int8' && baseline === 'bm25')!.measures,
  )
  const share = (where: 'above' | 'below') =>
    found.filter((measures) => [measures['ndcg@10'], measures['mrr@10']].some((one) => side(one) === where))
      .length / tables.length
  const gain = found.reduce((sum, measures) => sum + measures['ndcg@10'].value, 0) / tables.length
  return { above: share('above'), below: share('below'), gain }
}

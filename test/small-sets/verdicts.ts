// How often the verdict is wrong, and how often it finds what is there, on small sets: through the report's own table, correction and
// rule. The page has the rows of a usual run, so that p is corrected for all that its sentences say.
import {
  bootstrap,
  buildTable,
  comparisonsSaid,
  correctFor,
  drawSamples,
  type JudgedRow,
  judgeRun,
  judgeServed,
  ndcgAt,
  overall,
  reciprocalRankAt,
  type Samples,
  side,
} from '@disranker/metrics'
import { type Scorer, simulate } from './simulate.ts'

const FIRST = 0.75
export const RESAMPLING = { samples: 1000, seed: 1 }
const ROWS = [
  ['bm25', 'first-stage'],
  ['student', 'distilled'],
  ['student_int8', 'served'],
  ['student_labels', 'labels'],
  ['teacher', 'teacher'],
] as const

/** what a reranker changes: it starts from the first stage's scores, and finds and spoils */
const RERANKS = { scorer: 0, noise: 0.5 }

export const scorers = (strength: number): Scorer[] => [
  { strength: FIRST },
  { strength, like: RERANKS },
  { strength: 0, like: { scorer: 1, noise: 0.02 } },
  { strength, like: RERANKS },
  { strength: strength + 0.1, like: RERANKS },
]

const ndcgOf = ({ queries, judgements, runs }: ReturnType<typeof simulate>, row: number) =>
  overall(judgeRun('run', runs[row]!, judgements, queries).map(ndcgAt(10)))

/** The strength at which the student's nDCG@10 lies `effect` above the first stage's, by bisection on many queries. */
export function strengthFor(effect: number, queries = 4000): number {
  let [low, high] = [0, 1]
  for (let step = 0; step < 10; step++) {
    const middle = (low + high) / 2
    const set = simulate(99, queries, scorers(middle).slice(0, 2))
    if (ndcgOf(set, 1) - ndcgOf(set, 0) < effect) low = middle
    else high = middle
  }
  return (low + high) / 2
}

export interface Verdicts {
  /** shares of the worlds: the served row is said to be above, or below, in nDCG@10 or MRR@10 */
  readonly above: number
  readonly below: number
  readonly undecided: number
  readonly bundled: number
  /** the rule before: the bootstrap interval of either measure leaves out 0 */
  readonly byInterval: number
}

export const ALL = { ungraded: [], unmatched: [], missed: [] }

/** Of the served row less the first stage, by the percentiles of a bootstrap. */
function intervalsBefore(rows: readonly JudgedRow[], samples: Samples) {
  const [first, , served] = rows
  return [ndcgAt(10), reciprocalRankAt(10)].map((measure) =>
    bootstrap(
      served!.rankings.map(
        (ranking, at) => [measure(ranking)[0] - measure(first!.rankings[at]!)[0], 1] as const,
      ),
      samples,
    ),
  )
}

/** The rows of a usual run, on all queries of a set. */
export const rowsOf = ({ runs, judgements, queries }: ReturnType<typeof simulate>): JudgedRow[] =>
  ROWS.map(([name, role], at) => ({
    info: { name, role, what: name, lexicalWeight: 0 },
    rankings: judgeRun(name, runs[at]!, judgements, queries),
    seeds: [],
  }))

/** @param worlds small sets that are drawn */
export function countVerdicts(queries: number, strength: number, worlds: number): Verdicts {
  const samples = drawSamples(queries, RESAMPLING)
  const count = { above: 0, below: 0, undecided: 0, bundled: 0, byInterval: 0 }
  for (let world = 0; world < worlds; world++) {
    const set = simulate(1000 * queries + world, queries, scorers(strength))
    const rows = rowsOf(set)
    const table = buildTable('test', rows, { queries: set.queries, ...ALL }, RESAMPLING)
    const corrected = correctFor(table, comparisonsSaid(table.info))
    const verdict = judgeServed(corrected, { below: false, undecided: false })
    const found = corrected.differences.find(
      ({ row, baseline }) => row === 'student_int8' && baseline === 'bm25',
    )!
    const sides = [side(found.measures['mrr@10']), side(found.measures['ndcg@10'])]
    const intervals = intervalsBefore(rows, samples)
    count.above += Number(sides.includes('above'))
    count.below += Number(sides.includes('below'))
    count.undecided += Number(verdict.undecided.length > 0)
    count.bundled += Number(verdict.bundled)
    count.byInterval += Number(intervals.some(({ low, high }) => low > 0 || high < 0))
  }
  const share = (value: number) => value / worlds
  return {
    above: share(count.above),
    below: share(count.below),
    undecided: share(count.undecided),
    bundled: share(count.bundled),
    byInterval: share(count.byInterval),
  }
}

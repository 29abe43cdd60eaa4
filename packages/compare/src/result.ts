// The result of the votes: nDCG@10 of both on the queries whose shown documents all have a vote, and the
// difference by the test of all reports.
import {
  judgeRun,
  ndcgAt,
  overall,
  type Part,
  pairedDifference,
  plain,
  plainP,
  side,
  signed,
} from '@disranker/metrics'
import type { AskedQuery } from './read-queries.ts'
import type { Votes } from './votes.ts'

export interface Outcome {
  /** queries that are judged completely and have a document above grade 0 */
  readonly queries: number
  readonly sentence: string
}

const RESAMPLING = { samples: 5_000, seed: 7 }

/** @param shown ids of the documents of both, by query; those of the first side first */
export function outcomeOf(
  names: readonly [string, string],
  queries: readonly AskedQuery[],
  shown: ReadonlyMap<string, readonly [readonly string[], readonly string[]]>,
  votes: Votes,
): Outcome {
  const whole = queries.filter(({ id }) => {
    const lists = shown.get(id)
    const grades = votes.all.get(id)
    return (
      lists?.flat().every((document) => grades?.has(document)) && Math.max(0, ...(grades?.values() ?? [])) > 0
    )
  })
  if (whole.length === 0)
    return {
      queries: 0,
      sentence: 'No query is completely judged yet: grade every document of both lists, one of them above 0.',
    }
  const ids = whole.map(({ id }) => id)
  const [a, b] = ([0, 1] as const).map((at): Part[] => {
    const run = new Map(
      ids.map((id) => [id, shown.get(id)![at].map((document, rank) => ({ document, score: -rank }))]),
    )
    return judgeRun(names[at], run, votes.all, ids).map(ndcgAt(10))
  }) as [Part[], Part[]]
  const found = pairedDifference(b, a, RESAMPLING)
  const where = side(found)
  const verdict =
    where === 'level'
      ? 'not significantly different from'
      : `significantly ${where === 'above' ? 'better' : 'worse'} than`
  return {
    queries: whole.length,
    sentence: `On ${whole.length} judged queries ${names[1]} is ${verdict} ${names[0]}: nDCG@10 ${plain(overall(b))} against ${plain(overall(a))}, ${signed(found.value)} [${signed(found.low)}, ${signed(found.high)}], p ${plainP(found.p)}.`,
  }
}

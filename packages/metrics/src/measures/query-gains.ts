// The queries that the served model changes most, for better and for worse, with both lists: figures give the
// size of a change, these show it.
import { ndcgAt } from './ranking-metrics.ts'
import type { Ranking } from './rankings.ts'
import type { SliceNames } from './slices.ts'

export interface ListedDocument {
  readonly id: string
  readonly title: string
  readonly grade: number
}

export interface QueryGain {
  readonly query: string
  readonly text: string
  /** nDCG@10 */
  readonly first: number
  readonly served: number
  readonly slices: SliceNames
  /** the best of both lists */
  readonly before: readonly ListedDocument[]
  readonly after: readonly ListedDocument[]
}

export interface QueryGains {
  readonly better: number
  readonly worse: number
  readonly same: number
  /** largest gain first */
  readonly best: readonly QueryGain[]
  /** largest loss first */
  readonly worst: readonly QueryGain[]
}

/** number of queries of each kind */
const SHOWN = 20
/** number of documents in a list */
const LISTED = 5
const measure = ndcgAt(10)

export interface Texts {
  query(id: string): string
  title(document: string): string
}

/**
 * @param first rankings of the first stage, of the same queries as `served`
 * @param slices [queries]
 */
export function findGains(
  first: readonly Ranking[],
  served: readonly Ranking[],
  slices: readonly SliceNames[],
  texts: Texts,
): QueryGains {
  const all = served.map((ranking, at) => ({
    at,
    before: measure(first[at]!)[0],
    after: measure(ranking)[0],
  }))
  const gain = (one: (typeof all)[number]) => one.after - one.before
  const tell = ({ at, before, after }: (typeof all)[number]): QueryGain => ({
    query: served[at]!.query,
    text: texts.query(served[at]!.query),
    first: before,
    served: after,
    slices: slices[at] ?? {},
    before: listed(first[at]!),
    after: listed(served[at]!),
  })
  const listed = ({ documents, grades }: Ranking) =>
    documents.slice(0, LISTED).map((id, rank) => ({ id, title: texts.title(id), grade: grades[rank]! }))
  const falling = [...all].sort((a, b) => gain(b) - gain(a) || a.at - b.at)
  const better = falling.filter((one) => gain(one) > 0)
  const worse = falling.filter((one) => gain(one) < 0).reverse()
  return {
    better: better.length,
    worse: worse.length,
    same: all.length - better.length - worse.length,
    best: better.slice(0, SHOWN).map(tell),
    worst: worse.slice(0, SHOWN).map(tell),
  }
}

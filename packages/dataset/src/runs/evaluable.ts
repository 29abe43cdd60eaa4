// The judged queries on which a ranking can be measured, known before any training: `pairs` prints it first,
// the report repeats it.
import type { Judgements, Run } from '../records/records.ts'

export interface Evaluable {
  /** ids of the queries that count in every mean: at least one document has a grade above 0 */
  readonly queries: readonly string[]
  /** judged, but with grades of 0 alone: no ranking of them is better than another, so they are left out */
  readonly ungraded: readonly string[]
  /** subset of `queries`: the first stage finds nothing at all, so every row scores 0 */
  readonly unmatched: readonly string[]
  /** subset of `queries`: the first stage finds documents, none with a grade above 0, so every row scores 0 */
  readonly missed: readonly string[]
}

/**
 * Classifies the judged queries among `ids`, in their order.
 * @param candidates the first-stage lists that are reranked
 */
export function evaluable(ids: readonly string[], judgements: Judgements, candidates: Run): Evaluable {
  const judged = ids.filter((id) => judgements.has(id))
  const positive = (id: string, document: string) => (judgements.get(id)?.get(document) ?? 0) > 0
  const isGraded = (id: string) => [...judgements.get(id)!.values()].some((grade) => grade > 0)
  const queries = judged.filter(isGraded)
  const found = (id: string) => candidates.get(id) ?? []
  return {
    queries,
    ungraded: judged.filter((id) => !isGraded(id)),
    unmatched: queries.filter((id) => found(id).length === 0),
    missed: queries.filter(
      (id) => found(id).length > 0 && !found(id).some(({ document }) => positive(id, document)),
    ),
  }
}

/** The count and the first few of each kind: a manifest has these, whatever the size of the log. */
export const summariseEvaluable = ({ queries, ungraded, unmatched, missed }: Evaluable, shown = 20) => ({
  queries: queries.length,
  ...Object.fromEntries(
    Object.entries({ ungraded, unmatched, missed }).map(([name, ids]) => [
      name,
      { queries: ids.length, some: ids.slice(0, shown) },
    ]),
  ),
})

/** Messages about it, one sentence each; none if every judged query can be measured. */
export function explainEvaluable(
  split: string,
  {
    queries,
    ungraded,
    unmatched,
    missed,
  }: Omit<Evaluable, 'queries'> & { readonly queries: { readonly length: number } },
): string[] {
  const all = queries.length + ungraded.length
  const say = (ids: readonly string[], what: string) =>
    ids.length === 0 ? [] : [`${ids.length} of ${all} judged ${split} queries ${what}: ${someOf(ids)}.`]
  return [
    ...say(ungraded, 'have grades of 0 alone and are left out of every mean'),
    ...say(unmatched, 'match no document in the first stage and count 0 in every row'),
    ...say(missed, 'have no document of a grade above 0 among their candidates and count 0 in every row'),
  ]
}

/** The first few of many names. */
const someOf = (ids: readonly string[], shown = 5) =>
  `${ids.slice(0, shown).join(', ')}${ids.length > shown ? ` and ${ids.length - shown} more` : ''}`

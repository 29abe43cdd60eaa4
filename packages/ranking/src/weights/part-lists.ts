// The data on which weights are chosen: the first-stage list of each judged query, with the score of every
// part for each document. Scores are centred within their list and divided by the part's spread within lists,
// so that equal weights have equal effect. The spread is one for each part, not for each list: a part that
// hardly distinguishes the documents of a query must not be amplified.
import type { Judgements, Scored } from '@disranker/dataset'

/** A part that scores documents, and may be in a sum. */
export interface ScoredPart {
  readonly name: string
  /** one score a document of a query's list; higher is better */
  scores(query: string): ReadonlyMap<string, number>
  /**
   * Whether the part has learned from this query. Its scores of such a query are better than those of a new
   * one, so weights are never chosen on it. If the part was cross-fitted (the query's scores come from a fit
   * without it), the answer is false.
   */
  learnedFrom(query: string): boolean
  /** true for a part that the sum must contain: its weight stays above 0 */
  readonly kept?: boolean
}

export interface JudgedQuery {
  readonly id: string
  /**
   * queries of one topic, or near-duplicates, have the same group: a fold has all of a group or nothing of it
   */
  readonly group: string
  /** its first-stage results only: documents added for training mislead */
  readonly documents: readonly string[]
}

/** D documents */
export interface PartList {
  /** the query */
  readonly id: string
  readonly group: string
  /** [P][D] standardised scores */
  readonly columns: readonly Float64Array[]
  /** [D] 2^grade - 1 */
  readonly gains: Float64Array
  /** [D] gains over their sum; undefined if no document of the list has a gain */
  readonly targets: Float64Array | undefined
  /** discounted gain of the best order of all judged documents, 10 deep */
  readonly ideal: number
  /** the gain that MRR searches for: the gain of the query's highest grade */
  readonly best: number
}

export const DEPTH = 10
export const DISCOUNTS = Float64Array.from({ length: DEPTH }, (_, rank) => 1 / Math.log2(rank + 2))
const gain = (grade: number) => 2 ** grade - 1

export interface PartLists {
  /** of judged queries */
  readonly lists: readonly PartList[]
  /** of each part: standard deviation of its scores around the mean of their list */
  readonly deviations: readonly number[]
}

/**
 * Puts the parts' scores into the lists of queries; a query without a grade above 0 counts for the deviations
 * alone.
 * @throws {RangeError} when a part lacks a document of a list
 */
export function layOut(
  parts: readonly ScoredPart[],
  queries: readonly JudgedQuery[],
  judgements: Pick<Judgements, 'get'>,
): PartLists {
  const raw = queries.map(({ id, documents }) => parts.map((part) => centred(part, id, documents)))
  const deviations = parts.map((_, p) => {
    let square = 0
    let count = 0
    for (const columns of raw) {
      for (const score of columns[p]!) square += score ** 2
      count += columns[p]!.length
    }
    return Math.sqrt(square / Math.max(1, count))
  })
  const lists = queries.flatMap(({ id, group, documents }, at): PartList[] => {
    const grades = judgements.get(id)
    const highest = Math.max(0, ...(grades?.values() ?? []))
    if (grades === undefined || highest <= 0) return []
    const gains = Float64Array.from(documents, (document) => gain(grades.get(document) ?? 0))
    const total = gains.reduce((sum, value) => sum + value, 0)
    return [
      {
        id,
        group,
        columns: raw[at]!.map((column, p) => column.map((score) => score / (deviations[p]! || 1))),
        gains,
        targets: total > 0 ? gains.map((value) => value / total) : undefined,
        ideal: [...grades.values()]
          .sort((a, b) => b - a)
          .slice(0, DEPTH)
          .reduce((sum, grade, rank) => sum + gain(grade) * DISCOUNTS[rank]!, 0),
        best: gain(highest),
      },
    ]
  })
  return { lists, deviations }
}

function centred(part: ScoredPart, query: string, documents: readonly string[]): Float64Array {
  const scores = part.scores(query)
  const column = Float64Array.from(documents, (document) => scores.get(document) ?? Number.NaN)
  const lacking = column.findIndex((score) => !Number.isFinite(score))
  if (lacking >= 0)
    throw new RangeError(
      `The part "${part.name}" gives document ${documents[lacking]} of query ${query} no finite score. Wanted: one for each document of the query's first-stage list.`,
    )
  const mean = column.reduce((sum, score) => sum + score, 0) / Math.max(1, column.length)
  return column.map((score) => score - mean)
}

/** A run's scores as a part. */
export const scoresOf =
  (run: { get(query: string): readonly Scored[] | undefined }) =>
  (query: string): ReadonlyMap<string, number> =>
    new Map(run.get(query)?.map(({ document, score }) => [document, score]))

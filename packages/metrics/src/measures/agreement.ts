// The agreement of two runs of the same model: the scores of int8 and fp32, and their orders.
import { kendall } from '@disranker/ranking'
import type { Ranking } from './rankings.ts'

export interface Agreement {
  /** the compared rows: the row, and the row that it should equal */
  readonly row: string
  readonly reference: string
  readonly pairs: number
  readonly maxDifference: number
  readonly meanDifference: number
  /** mean over queries of Kendall's tau-b between the two orders: 1 is the same order */
  readonly rankCorrelation: number
  /** share of queries with the same document on top */
  readonly sameTop: number
  /** [reference score, score] of every pair, in the order of the reference */
  readonly points: readonly (readonly [number, number])[]
}

/** Compares two runs over the same queries; documents in only one of them are left out. */
export function agreement(
  row: string,
  rankings: readonly Ranking[],
  reference: string,
  references: readonly Ranking[],
): Agreement {
  const points: [number, number][] = []
  let tau = 0
  let top = 0
  let max = 0
  let sum = 0
  let queries = 0
  for (const [index, { documents, scores }] of references.entries()) {
    if (documents.length === 0) continue
    queries++
    const other = rankings[index]!
    const place = new Map(other.documents.map((document, rank) => [document, other.scores[rank]!]))
    const both: [number, number][] = []
    for (const [rank, document] of documents.entries()) {
      const score = place.get(document)
      if (score !== undefined) both.push([scores[rank]!, score])
    }
    for (const [a, b] of both) {
      max = Math.max(max, Math.abs(a - b))
      sum += Math.abs(a - b)
    }
    points.push(...both)
    tau += kendall(
      both.map(([a]) => a),
      both.map(([, b]) => b),
    )
    if (documents[0] === other.documents[0]) top++
  }
  return {
    row,
    reference,
    pairs: points.length,
    maxDifference: max,
    meanDifference: sum / Math.max(1, points.length),
    rankCorrelation: tau / Math.max(1, queries),
    sameTop: top / Math.max(1, queries),
    points,
  }
}

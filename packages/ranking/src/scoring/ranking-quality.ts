// The two figures by which stages choose on validation: one number for each run. The metrics package makes
// the report's figures, with intervals.
import type { Judgements, Run } from '@disranker/dataset'

const gain = (grade: number) => 2 ** grade - 1
const discount = (rank: number) => 1 / Math.log2(rank + 2)

export interface QueryQuality {
  readonly ndcg: number
  readonly mrr: number
}

/**
 * nDCG@k (gain 2^grade - 1, discount 1 / log2(rank + 1), ideal over all judged documents) and MRR@k (the first document of the
 * query's highest grade) of each query of `run` that has a grade above 0.
 */
export function queryQualities(run: Run, judgements: Judgements, k: number): Map<string, QueryQuality> {
  const qualities = new Map<string, QueryQuality>()
  for (const [query, rows] of run) {
    const grades = judgements.get(query) ?? new Map<string, number>()
    const ideal = [...grades.values()].sort((a, b) => b - a).slice(0, k)
    const best = ideal[0] ?? 0
    // all its rankings are equal
    if (best <= 0) continue
    const top = rows.slice(0, k).map(({ document }) => grades.get(document) ?? 0)
    const sum = (list: readonly number[]) =>
      list.reduce((total, grade, rank) => total + gain(grade) * discount(rank), 0)
    const first = top.indexOf(best)
    qualities.set(query, { ndcg: sum(top) / sum(ideal), mrr: first >= 0 ? 1 / (first + 1) : 0 })
  }
  return qualities
}

/** Means of `queryQualities`; 0 without a query. */
export function meanQuality(run: Run, judgements: Judgements, k: number): QueryQuality {
  let ndcg = 0
  let mrr = 0
  const qualities = queryQualities(run, judgements, k)
  for (const one of qualities.values()) {
    ndcg += one.ndcg
    mrr += one.mrr
  }
  const queries = Math.max(1, qualities.size)
  return { ndcg: ndcg / queries, mrr: mrr / queries }
}

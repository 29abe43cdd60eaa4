// The two figures that stages choose by, on validation: one number a run. The report's figures, with intervals, are
// the metrics package's.
import type { Judgements, Run } from '@disranker/dataset'

const gain = (grade: number) => 2 ** grade - 1
const discount = (rank: number) => 1 / Math.log2(rank + 2)

/**
 * Means over the queries of `run` that have a grade above 0: nDCG@k (gain 2^grade - 1, discount 1 / log2(rank + 1), ideal over all judged
 * documents) and MRR@k (the first document of the query's highest grade).
 */
export function meanQuality(run: Run, judgements: Judgements, k: number): { ndcg: number; mrr: number } {
  let ndcg = 0
  let mrr = 0
  let queries = 0
  for (const [query, rows] of run) {
    const grades = judgements.get(query) ?? new Map<string, number>()
    const ideal = [...grades.values()].sort((a, b) => b - a).slice(0, k)
    const best = ideal[0] ?? 0
    // no ranking of it is better than another
    if (best <= 0) continue
    queries++
    const top = rows.slice(0, k).map(({ document }) => grades.get(document) ?? 0)
    const sum = (list: readonly number[]) =>
      list.reduce((total, grade, rank) => total + gain(grade) * discount(rank), 0)
    ndcg += sum(top) / sum(ideal)
    const first = top.indexOf(best)
    if (first >= 0) mrr += 1 / (first + 1)
  }
  return queries === 0 ? { ndcg: 0, mrr: 0 } : { ndcg: ndcg / queries, mrr: mrr / queries }
}

// The two figures that stages choose by, on validation: one number a run. The report's figures, with intervals, are
// the metrics package's.
import type { Judgements, Run } from './records.ts'

const gain = (grade: number) => 2 ** grade - 1
const discount = (rank: number) => 1 / Math.log2(rank + 2)

/**
 * Means over the queries of `run`: nDCG@k (gain 2^grade - 1, discount 1 / log2(rank + 1), ideal over all judged
 * documents) and MRR@k (the first document of the query's highest grade).
 */
export function meanQuality(run: Run, judgements: Judgements, k: number): { ndcg: number; mrr: number } {
  let ndcg = 0
  let mrr = 0
  for (const [query, rows] of run) {
    const grades = judgements.get(query) ?? new Map<string, number>()
    const ideal = [...grades.values()].sort((a, b) => b - a).slice(0, k)
    const best = ideal[0] ?? 0
    if (best <= 0) continue
    const top = rows.slice(0, k).map(({ document }) => grades.get(document) ?? 0)
    const sum = (list: readonly number[]) =>
      list.reduce((total, grade, rank) => total + gain(grade) * discount(rank), 0)
    ndcg += sum(top) / sum(ideal)
    const first = top.indexOf(best)
    if (first >= 0) mrr += 1 / (first + 1)
  }
  const queries = Math.max(1, run.size)
  return { ndcg: ndcg / queries, mrr: mrr / queries }
}

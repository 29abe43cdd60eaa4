// What one ranked list is worth, by trec_eval's definitions. Every measure of a run is a ratio of two sums over its
// queries: a mean has the number of queries below, PNR the discordant pairs.
import type { Scored } from '@disranker/dataset'

/** document id -> grade; what is not there has grade 0 */
export type Grades = ReadonlyMap<string, number>

export interface Ratio {
  readonly above: number
  readonly below: number
}

const gain = (grade: number) => 2 ** grade - 1
const discount = (index: number) => 1 / Math.log2(index + 2)

/** nDCG@k (Järvelin and Kekäläinen 2002; gain 2^grade - 1, discount log2(rank + 1)), the ideal over all judged documents. */
export function ndcg(rows: readonly Scored[], grades: Grades, k: number): Ratio {
  const sum = (list: readonly number[]) =>
    list.slice(0, k).reduce((total, grade, i) => total + gain(grade) * discount(i), 0)
  const ideal = sum([...grades.values()].sort((a, b) => b - a))
  return {
    above: ideal > 0 ? sum(rows.map(({ document }) => grades.get(document) ?? 0)) / ideal : 0,
    below: 1,
  }
}

/** The reciprocal rank of the first document of the query's highest grade, 0 if it is not among the first k. */
export function reciprocalRank(rows: readonly Scored[], grades: Grades, k: number): Ratio {
  const place = rows.slice(0, k).findIndex(({ document }) => isBest(document, grades))
  return { above: place < 0 ? 0 : 1 / (place + 1), below: 1 }
}

/** 1 if the first document has the query's highest grade. */
export function precisionAtOne(rows: readonly Scored[], grades: Grades): Ratio {
  return { above: rows[0] !== undefined && isBest(rows[0].document, grades) ? 1 : 0, below: 1 }
}

/** The share of the documents of the query's highest grade that is among the first k. */
export function recall(rows: readonly Scored[], grades: Grades, k: number): Ratio {
  const best = [...grades.keys()].filter((document) => isBest(document, grades))
  const found = new Set(rows.slice(0, k).map(({ document }) => document))
  const hits = best.filter((document) => found.has(document)).length
  return { above: best.length > 0 ? hits / best.length : 0, below: 1 }
}

/**
 * Positive-negative ratio: pairs of ranked documents with different grades in the right order, over those in the wrong
 * one; a tie counts half on each side.
 */
export function positiveNegative(rows: readonly Scored[], grades: Grades): Ratio {
  let above = 0
  let below = 0
  const graded = rows.map(({ document, score }) => ({ score, grade: grades.get(document) ?? 0 }))
  for (const a of graded)
    for (const b of graded) {
      if (a.grade <= b.grade) continue
      if (a.score > b.score) above++
      else if (a.score < b.score) below++
      else {
        above += 0.5
        below += 0.5
      }
    }
  return { above, below }
}

function isBest(document: string, grades: Grades): boolean {
  const grade = grades.get(document) ?? 0
  return grade > 0 && grade === Math.max(...grades.values())
}

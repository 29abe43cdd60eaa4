// The measures of one query's ranking, as TREC's trec_eval defines them. Every measure is a pair [numerator,
// denominator]: over many queries it is the sum of the numerators divided by the sum of the denominators. A
// mean over queries has 1 as its denominator; PNR counts pairs in both.
import type { Ranking } from './rankings.ts'

export type Part = readonly [numerator: number, denominator: number]

/** The contribution of one query to a measure. */
export type Measure = (ranking: Ranking) => Part

/**
 * 2^grade - 1 (Burges et al. 2005): one document of the highest grade counts more than several of lower
 * grades
 */
const gain = (grade: number) => 2 ** grade - 1

function discountedGain(grades: readonly number[], k: number): number {
  let sum = 0
  for (let i = 0; i < Math.min(k, grades.length); i++) sum += gain(grades[i]!) / Math.log2(i + 2)
  return sum
}

/**
 * nDCG@k: discounted gain of the first k documents divided by that of the best order of ALL judged documents
 * of the query, retrieved or not (trec_eval's ndcg_cut with exponential gains). From 0 to 1.
 */
export const ndcgAt =
  (k: number): Measure =>
  ({ grades, judged }) => {
    const ideal = discountedGain(judged, k)
    return [ideal === 0 ? 0 : discountedGain(grades, k) / ideal, 1]
  }

/** MRR@k: 1 / rank of the first relevant document, 0 when there is none among the first k. */
export const reciprocalRankAt =
  (k: number): Measure =>
  ({ grades, relevant }) => {
    const first = grades.findIndex((grade) => grade >= relevant)
    return [first >= 0 && first < k ? 1 / (first + 1) : 0, 1]
  }

/** Precision@k: share of the first k positions with a relevant document. */
export const precisionAt =
  (k: number): Measure =>
  ({ grades, relevant }) => [grades.slice(0, k).filter((grade) => grade >= relevant).length / k, 1]

/** Recall@k: share of the query's relevant documents, ranked or not, that are among the first k. */
export const recallAt =
  (k: number): Measure =>
  ({ grades, judged, relevant }) => {
    const all = judged.filter((grade) => grade >= relevant).length
    const found = grades.slice(0, k).filter((grade) => grade >= relevant).length
    return [all === 0 ? 0 : found / all, 1]
  }

/**
 * PNR, the positive-negative ratio: the number of pairs of ranked documents with different grades in the
 * right order, divided by that in the wrong order, over all queries. A pair with equal scores is half right,
 * half wrong. From 0; 1 is chance; infinite without a wrong pair.
 */
export const pairOrder: Measure = ({ grades, scores }) => {
  let right = 0
  let wrong = 0
  for (let i = 0; i < grades.length; i++)
    for (let j = i + 1; j < grades.length; j++) {
      const order = (scores[i]! - scores[j]!) * (grades[i]! - grades[j]!)
      if (grades[i] === grades[j]) continue
      if (order > 0) right++
      else if (order < 0) wrong++
      else {
        right += 0.5
        wrong += 0.5
      }
    }
  return [right, wrong]
}

/** A measure over many queries: the sum of the numerators divided by the sum of the denominators. */
export function overall(parts: readonly Part[]): number {
  let numerator = 0
  let denominator = 0
  for (const part of parts) {
    numerator += part[0]
    denominator += part[1]
  }
  return ratio(numerator, denominator)
}

/** 0 / 0 is 0: nothing right among nothing. */
export const ratio = (numerator: number, denominator: number): number =>
  numerator === 0 ? 0 : numerator / denominator

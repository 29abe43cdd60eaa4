// Several teachers as one: t = sum of weight * (score - mean) / deviation, over the sum of the weights.
// Mean and deviation of a teacher are those of all its scores of train and weak queries, one pair of numbers for every
// query. Standardising within each query would lend an undecided teacher, whose scores of a query hardly differ, as loud a
// voice as a decided one, and would depend on how many candidates a split has; LOG.md has what it costs.
// Weights that the recipe leaves open are searched on validation alone.
import type { Judgements, Run, Scored, Split } from '@disranker/dataset'
import { meanQuality, type Scores, searchWeight } from '@disranker/ranking'

export interface Part {
  readonly name: string
  readonly weight: number | 'auto'
  readonly scores: Scores
}

export interface Standard {
  readonly mean: number
  readonly deviation: number
}

export interface Quality {
  readonly ndcg10: number
  readonly mrr10: number
}

export interface Ensemble {
  /** one a part, in their order */
  readonly weights: readonly number[]
  readonly standards: readonly Standard[]
  /** of each part alone, on validation */
  readonly alone: readonly Quality[]
  /** weights that were tried, with nDCG@10 + MRR@10 on validation */
  readonly tried: readonly { readonly weights: readonly number[]; readonly quality: number }[]
  /** the sum, each query's documents in falling order */
  run(split: Split): Iterable<readonly [string, readonly Scored[]]>
}

/** times that every open weight is searched, given the others */
const ROUNDS = 2

export interface Judged {
  readonly judgements: Judgements
  /** what is scored: documents that only a teacher knows are left out */
  candidates(split: Split): Run
}

/** @param judged whether validation has a query that can be measured; without one, open weights are 1 */
export function createEnsemble(
  parts: readonly Part[],
  { judgements, candidates }: Judged,
  judged: boolean,
): Ensemble {
  const standards = parts.map(({ scores }) => standardOf([scores.train, scores.weak]))
  const sum = (split: Split, weights: readonly number[]) =>
    add(parts, standards, weights, split, candidates(split))
  const validation = candidates('validation')
  const qualityOf = (weights: readonly number[]): Quality => {
    const { ndcg, mrr } = meanQuality(
      new Map(add(parts, standards, weights, 'validation', validation)),
      judgements,
      10,
    )
    return { ndcg10: ndcg, mrr10: mrr }
  }
  const weights = parts.map(({ weight }) => (weight === 'auto' ? 1 : weight))
  const tried: { weights: number[]; quality: number }[] = []
  // where all are open, the first is the measure of the others
  const fixed = parts.some(({ weight }) => typeof weight === 'number' && weight !== 0) ? -1 : 0
  const open = parts.flatMap(({ weight }, index) => (weight === 'auto' && index !== fixed ? [index] : []))
  for (let round = 0; judged && round < (open.length > 1 ? ROUNDS : 1); round++)
    for (const index of open)
      weights[index] = searchWeight((weight) => {
        const at = weights.with(index, weight)
        const { ndcg10, mrr10 } = qualityOf(at)
        tried.push({ weights: at, quality: ndcg10 + mrr10 })
        return ndcg10 + mrr10
      }, 1).weight
  return {
    weights,
    standards,
    alone: parts.map((_, index) => qualityOf(parts.map((_, other) => Number(other === index)))),
    tried,
    run: (split) => sum(split, weights),
  }
}

function* add(
  parts: readonly Part[],
  standards: readonly Standard[],
  weights: readonly number[],
  split: Split,
  candidates: Run,
): Generator<readonly [string, readonly Scored[]]> {
  const total = weights.reduce((sum, weight) => sum + Math.abs(weight), 0) || 1
  for (const [query, rows] of candidates) {
    const sums = new Map(rows.map(({ document }) => [document, 0]))
    for (const [index, { scores }] of parts.entries()) {
      if (weights[index] === 0) continue
      const { mean, deviation } = standards[index]!
      for (const { document, score } of scores[split].get(query) ?? [])
        if (sums.has(document))
          sums.set(document, sums.get(document)! + (weights[index]! / total) * ((score - mean) / deviation))
    }
    const summed = Array.from(sums, ([document, score]): Scored => ({ document, score }))
    yield [query, summed.sort((a, b) => b.score - a.score)]
  }
}

function standardOf(runs: readonly Run[]): Standard {
  let count = 0
  let sum = 0
  for (const run of runs)
    for (const [, rows] of run)
      for (const { score } of rows) {
        sum += score
        count++
      }
  const mean = count === 0 ? 0 : sum / count
  let square = 0
  for (const run of runs)
    for (const [, rows] of run) for (const { score } of rows) square += (score - mean) ** 2
  return { mean, deviation: Math.sqrt(square / Math.max(1, count)) || 1 }
}

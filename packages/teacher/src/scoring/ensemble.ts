// The sum of several teachers: t = sum of weight * (score - mean) / deviation, over the sum of the weights.
// Mean and deviation of a teacher are computed over all its scores of train and weak queries: one pair of numbers for every
// query. Standardising within each query would give a teacher whose scores of a query hardly differ the same influence as one
// whose scores differ clearly, and would depend on how many candidates a split has (measured in LOG.md).
// Weights that the recipe leaves open are chosen on validation alone, because the teachers have learned from the train
// queries.
import { byScore, type Judgements, type Run, type Scored, type Split } from '@disranker/dataset'
import {
  type ChosenWeights,
  chooseWeights,
  groupQueries,
  meanQuality,
  type Scores,
  type Standard,
  scoresIn,
  scoresOf,
  standardOf,
} from '@disranker/ranking'

export interface Part {
  readonly name: string
  readonly weight: number | 'auto'
  readonly scores: Scores
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
  alone(): Quality[]
  /** how open weights were chosen, and the gain from each part; undefined if none is open */
  readonly choice: Omit<ChosenWeights, 'weights'> | undefined
  /** the sum; each query's documents in falling order */
  run(split: Split): Iterable<readonly [string, readonly Scored[]]>
}

export interface Judged {
  readonly judgements: Judgements
  readonly queries: { get(id: string): { readonly text: string } | undefined }
  /** the scored documents; documents that only a teacher has are left out */
  candidates(split: Split): Run
}

/** If validation has no judged query, open weights are equal for standardised scores. */
export function createEnsemble(parts: readonly Part[], judged: Judged): Ensemble {
  const { judgements, candidates } = judged
  const standards = parts.map(({ scores }) => standardOf(() => scoresIn([scores.train, scores.weak])))
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
  const { weights, choice } = chooseOpen(parts, standards, judged)
  return {
    weights,
    standards,
    alone: () => parts.map((_, index) => qualityOf(parts.map((_, other) => Number(other === index)))),
    choice,
    run: (split) => sum(split, weights),
  }
}

/** The weights of the recipe; open ones are chosen together. If all are open, the largest is 1. */
function chooseOpen(parts: readonly Part[], standards: readonly Standard[], judged: Judged) {
  const { judgements, queries, candidates } = judged
  const given = parts.map(({ weight }) => (weight === 'auto' ? 0 : weight))
  const open = parts.flatMap(({ weight }, index) => (weight === 'auto' ? [index] : []))
  if (open.length === 0) return { weights: given, choice: undefined }
  const validation = candidates('validation')
  const lists = Array.from(validation, ([id, rows]) => ({
    id,
    documents: rows.map(({ document }) => document),
  }))
  const groups = groupQueries(
    lists.map(({ id }) => ({ id, text: queries.get(id)?.text ?? id })),
    judgements,
  )
  const learnedFrom = () => false
  const fixed = parts.filter((_, index) => given[index] !== 0).map(({ name }) => name)
  const sum = new Map(add(parts, standards, given, 'validation', validation))
  const total = given.reduce((sum, weight) => sum + Math.abs(weight), 0)
  const { weights: found, ...choice } = chooseWeights({
    parts: [
      ...(fixed.length > 0
        ? [{ name: fixed.join(' + '), kept: true, learnedFrom, scores: scoresOf(sum) }]
        : []),
      ...open.map((index) => ({
        name: parts[index]!.name,
        learnedFrom,
        scores: scoresOf(parts[index]!.scores.validation),
      })),
    ],
    queries: lists.map((list, at) => ({ ...list, group: groups[at]! })),
    judgements,
  })
  // chosen for the weighted mean of the fixed teachers, and for raw scores of the others
  const chosen = open.map((index, at) => found[Math.min(1, fixed.length) + at]! * standards[index]!.deviation)
  const unit = fixed.length > 0 ? found[0]! / total : Math.max(...chosen)
  const weights = given.slice()
  for (const [at, index] of open.entries()) weights[index] = Number((chosen[at]! / unit).toPrecision(3))
  return { weights, choice }
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
    yield [query, summed.sort(byScore)]
  }
}

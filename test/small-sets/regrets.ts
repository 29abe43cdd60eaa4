// The regret of weights that were chosen on few queries: their loss in nDCG@10 + MRR@10 on many new ones,
// compared with the best weights. By the rule of this project, and by the previous one. Each uses its own
// part of a judged set: ours all queries that are not test, the previous rule a tenth for validation. And
// both on the same queries.
import { seededSampler } from '@disranker/dataset'
import { judgedShares } from '@disranker/dataset/splits/splits'
import { chooseWeights, scoresOf } from '@disranker/ranking'
import { searchWeight } from './search-weight.ts'
import { type Scorer, type SmallSet, simulate } from './simulate.ts'

/** of a judged set, by the queries that each rule chooses on */
export interface Regrets {
  /** ours on all that are not test */
  readonly ours: number
  /** the rule before on the validation split of its time, and on the one that the pairs stage makes now */
  readonly beforeOnTenth: number
  readonly beforeOnSplit: number
  /** both on the whole set */
  readonly oursOnAll: number
  readonly beforeOnAll: number
}

/** Queries that the rules choose on, of a judged set without splits of its own. */
export function countChosenOn(judged: number) {
  const { train, validation } = judgedShares(judged, false)
  const count = (share: number) => Math.max(1, Math.round(share * judged))
  return { ours: count(train + validation), tenth: count(0.1), validation: count(validation) }
}

/** new queries that regret is measured on */
const NEW = 400

/** Parts of a sum: two to four, each knowing nothing, little or much. */
function drawParts(seed: number): Scorer[] {
  const { integer, uniform } = seededSampler(seed, 'parts')
  const parts = Array.from({ length: 2 + integer(3) }, () => ({
    strength: [0, 0.2, 0.4, 0.6, 0.9][integer(5)]!,
    heavy: uniform() < 0.3,
  }))
  return parts.every(({ strength }) => strength === 0) ? [{ strength: 0.6 }, ...parts.slice(1)] : parts
}

export function meanRegrets(judged: number, worlds: number): Regrets {
  const sum = { ours: 0, beforeOnTenth: 0, beforeOnSplit: 0, oursOnAll: 0, beforeOnAll: 0 }
  const count = countChosenOn(judged)
  for (let world = 0; world < worlds; world++) {
    const seed = 1000 * judged + world
    const parts = drawParts(seed)
    const small = simulate(seed, judged, parts)
    const truth = listsOf(simulate(seed + 500_000, NEW, parts))
    const lists = listsOf(small)
    const chosen = {
      ours: byUs({ ...small, queries: small.queries.slice(0, count.ours) }),
      beforeOnTenth: byClimbing(lists.slice(0, count.tenth)),
      beforeOnSplit: byClimbing(lists.slice(0, count.validation)),
      oursOnAll: byUs(small),
      beforeOnAll: byClimbing(lists),
    }
    const best = [byClimbing(truth), ...Object.values(chosen)]
    const reached = Math.max(...best.map((weights) => quality(truth, weights)))
    for (const [name, weights] of Object.entries(chosen) as [keyof Regrets, number[]][])
      sum[name] += (reached - quality(truth, weights)) / worlds
  }
  return sum
}

function byUs({ queries, runs, judgements }: SmallSet): readonly number[] {
  return chooseWeights({
    parts: runs.map((run, at) => ({ name: `part ${at}`, scores: scoresOf(run), learnedFrom: () => false })),
    queries: queries.map((id) => ({
      id,
      group: id,
      documents: runs[0]!.get(id)!.map(({ document }) => document),
    })),
    judgements,
  }).weights
}

/** [part][document] scores, and the grades of the documents */
interface List {
  readonly scores: readonly Float64Array[]
  readonly grades: readonly number[]
}

const listsOf = ({ queries, runs, judgements }: SmallSet): List[] =>
  queries.map((id) => {
    const documents = runs[0]!.get(id)!.map(({ document }) => document)
    const scores = runs.map((run) => {
      const own = new Map(run.get(id)!.map(({ document, score }) => [document, score]))
      return Float64Array.from(documents, (document) => own.get(document)!)
    })
    return { scores, grades: documents.map((document) => judgements.get(id)!.get(document) ?? 0) }
  })

function byClimbing(lists: readonly List[]): readonly number[] {
  const weights = lists[0]!.scores.map((_, at) => Number(at === 0))
  for (let part = weights.length - 1; part > 0; part--)
    weights[part] = searchWeight((weight) => quality(lists, weights.with(part, weight)))
  return weights
}

/** Mean nDCG@10 + MRR@10. */
function quality(lists: readonly List[], weights: readonly number[]): number {
  let sum = 0
  for (const { scores, grades } of lists) {
    const ideal = grades.toSorted((a, b) => b - a)
    const totals = grades.map((_, at) =>
      scores.reduce((total, own, part) => total + weights[part]! * own[at]!, 0),
    )
    const order = [...grades.keys()].sort((a, b) => totals[b]! - totals[a]!).map((at) => grades[at]!)
    const first = order.indexOf(ideal[0]!)
    sum += gainOf(order) / gainOf(ideal) + (first < 10 ? 1 / (first + 1) : 0)
  }
  return sum / lists.length
}

const gainOf = (grades: readonly number[]) =>
  grades.slice(0, 10).reduce((sum, grade, rank) => sum + (2 ** grade - 1) / Math.log2(rank + 2), 0)

// The order in experiments: the model's, the request's, two of them interleaved in one list, or one
// with neighbours swapped. Scores follow positions, so that a client that sorts by score shows this order.
import {
  type Arm,
  choosesModel,
  fairPairs,
  HOLDOUT,
  REQUEST_ORDER,
  shapesOrder,
  type Team,
  teamDraft,
  uniformsOf,
} from '@disranker/experiments'
import type { Chosen } from '../online/choose-arms.ts'
import type { Ordered } from './order.ts'

export interface ShownOrder {
  readonly ranked: Ordered
  /** for the design `team-draft`: the team of each position */
  readonly teams?: readonly Team[]
  /** for the design `explore`: the probability that each document is shown at its position */
  readonly propensities?: readonly number[]
}

/** Whether one of their arms affects the order. */
export const shapeOrder = (chosen: readonly Chosen[]): boolean =>
  chosen.some(({ experiment }) => shapesOrder(experiment))

/**
 * @param chosen at most one that chooses the model, and one that swaps neighbours
 * @param rank ranks all documents by a model; by the requested one if no arm names one
 * @param seed the query id: a repeated request shows the same list
 * @param documents number of documents
 */
export async function orderByExperiments(
  chosen: readonly Chosen[],
  {
    rank,
    seed,
    documents,
  }: { rank(model: string | undefined): Promise<Ordered>; seed: string; documents: number },
): Promise<ShownOrder> {
  const orderOf = async ({ model, mix }: Partial<Arm>) => {
    if (model === REQUEST_ORDER) return requestOrder(documents)
    const ranked = await rank(model)
    return mix === undefined || mix === 1 ? ranked : mixed(ranked, mix)
  }
  const uniformOf = ({ experiment }: Chosen) => uniformsOf(`${experiment.name} ${seed}`)
  const modelled = chosen.find(({ experiment }) => choosesModel(experiment))
  const isOutside = modelled?.arm.name === HOLDOUT
  if (modelled?.experiment.design === 'team-draft' && !isOutside) {
    const [a, b] = modelled.experiment.arms
    // sequentially: two at once would compete in the queue
    const first = await orderOf(a!)
    const second = await orderOf(b!)
    const { order, teams } = teamDraft(indexesOf(first), indexesOf(second), uniformOf(modelled))
    const scored = b!.model === REQUEST_ORDER ? first : second
    const tokens = first.tokens + second.tokens
    const computed = first.computed + second.computed
    return { ranked: { ...inOrder(scored, order), tokens, computed }, teams }
  }
  const ranked = await orderOf(modelled?.arm ?? {})
  const swaps = chosen.find(({ experiment, arm }) => experiment.design === 'explore' && arm.name !== HOLDOUT)
  // a unit outside an experiment sees the unchanged order
  if (swaps === undefined || isOutside) return { ranked }
  const { order, propensities } = fairPairs(indexesOf(ranked), swaps.experiment.share, uniformOf(swaps))
  return { ranked: inOrder(ranked, order), propensities }
}

const indexesOf = ({ results }: Ordered) => results.map(({ index }) => index)

/** The same scores, in falling order, for another order of documents. */
const inOrder = (ranked: Ordered, order: readonly number[]): Ordered => ({
  ...ranked,
  results: order.map((index, position) => ({ index, score: ranked.results[position]!.score })),
})

/** An order between the model's and the request's: by the weighted mean of both positions. */
function mixed(ranked: Ordered, weight: number): Ordered {
  const means = ranked.results
    .map(({ index }, position) => ({ index, position, mean: weight * position + (1 - weight) * index }))
    .toSorted((a, b) => a.mean - b.mean || a.position - b.position)
  return inOrder(
    ranked,
    means.map(({ index }) => index),
  )
}

/** The order of the request with scores: they fall evenly and only express the order. */
function requestOrder(documents: number): Ordered {
  const results = Array.from({ length: documents }, (_, index) => ({
    index,
    score: -index / Math.max(1, documents),
  }))
  return { results, tokens: 0, computed: 0, cache: 'miss' }
}

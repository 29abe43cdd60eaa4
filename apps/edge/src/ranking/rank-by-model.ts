// Ranks by one model: by the network or the vectors of a local one, or by a hosted one.
import { ApiError } from '../api-error.ts'
import { rankHosted } from '../hosted/rank-hosted.ts'
import type { ServedModel } from '../models/model-source.ts'
import type { Call, Services } from './call.ts'
import { type OrderContext, type Ordered, order } from './order.ts'
import type { ShownOrder } from './order-by-experiments.ts'
import { chooseForm, orderByVectors } from './order-by-vectors.ts'
import type { RankingRequest } from './ranking-request.ts'

export interface Computed {
  readonly ranked: Ordered
  readonly relevance: (score: number) => number
  readonly model: ServedModel
  readonly shown?: Omit<ShownOrder, 'ranked'>
}

/** @param passthrough documents above the token budget keep their order, instead of an error */
export function rankByModel(
  { models, hosted, limits, scheduler, scores }: Services,
  { scope, noStore, signal, deadline, stages, keepAlive }: Call,
  passthrough: boolean,
): (served: ServedModel, wanted: RankingRequest) => Promise<Computed> {
  const contextOf = (version: string, engine: string): OrderContext => ({
    // engines differ in the last digits
    version: `${scope} ${version} ${engine}`,
    scores: noStore ? undefined : scores,
    ...{ limits, scheduler, signal, deadline, stages, passthrough },
  })
  const here = (served: ServedModel, wanted: RankingRequest): Promise<Computed> =>
    models.use(
      served,
      async (reranker) => {
        if (wanted.instruction !== undefined && reranker.config.disranker.instruction === undefined)
          throw withoutInstructions(served)
        const context = contextOf(served.version, reranker.engine)
        const { form, told } = chooseForm(reranker, wanted, limits)
        const ranked =
          form === undefined
            ? { ...(await order(reranker, wanted, context)), ...(told && { told }) }
            : await orderByVectors(form, wanted, context)
        return { ranked, relevance: (form ?? reranker).relevance, model: served }
      },
      keepAlive,
    )
  return async (served, wanted) => {
    const elsewhere = hosted.of(served)
    if (elsewhere === undefined) return here(served, wanted)
    if (wanted.instruction !== undefined) throw withoutInstructions(served)
    const ranked = await rankHosted(elsewhere, wanted, {
      context: contextOf(elsewhere.model, 'workers-ai'),
      hosted,
      rankFirst: async (name) =>
        here(await models.find(name), { ...wanted, topN: undefined, explain: undefined }),
    })
    return { ...ranked, model: served }
  }
}

const withoutInstructions = ({ id }: ServedModel) =>
  new ApiError(
    400,
    `instruction: the model "${id}" was trained without instructions. Leave it out, or name a model that has them.`,
  )

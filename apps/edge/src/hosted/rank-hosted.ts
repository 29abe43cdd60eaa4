// A ranking by a hosted model: of all documents, or as a cascade, in which a model of this server ranks all
// of them and the hosted one the best of those. If the hosted one does not answer, a cascade keeps the order
// of the first.
import { sigmoid } from '@disranker/reranker'
import { ApiError } from '../api-error.ts'
import { type OrderContext, type Ordered, order } from '../ranking/order.ts'
import type { RankingRequest } from '../ranking/ranking-request.ts'
import type { HostedModel, HostedModels } from './hosted-models.ts'
import { elsewhere, workersAiRanker } from './workers-ai.ts'

/** An order, and the map from scores to relevances. */
export interface RankedBy {
  readonly ranked: Ordered
  readonly relevance: (score: number) => number
}

/** @param rankFirst ranks all documents with the cascade's model of this server */
export async function rankHosted(
  model: HostedModel,
  request: RankingRequest,
  {
    context,
    hosted,
    rankFirst,
  }: {
    context: OrderContext
    hosted: HostedModels
    rankFirst(name: string): Promise<RankedBy>
  },
): Promise<RankedBy> {
  refuseWhole(request)
  const relevance = model.scores === 'logit' ? sigmoid : (score: number) => score
  const rank = async (wanted: RankingRequest): Promise<Ordered> => {
    const ranker = workersAiRanker(model.ai, model.model, context.deadline)
    const { query, documents } = wanted
    // a hosted model supports neither the other fields nor explanations
    const ranked = await order(
      ranker,
      { model: model.id, query, documents },
      { ...context, scheduler: elsewhere },
    )
    return { ...ranked, hosted: hosted.count(model, ranked.computed) }
  }
  const told = unused(request, model.after !== undefined)
  if (model.after === undefined) {
    const ranked = await rank(request)
    const results = ranked.results.slice(0, request.topN)
    return { ranked: { ...ranked, results, ...(told && { told }), ...unexplained(request) }, relevance }
  }
  const first = await rankFirst(model.after)
  const best = first.ranked.results.slice(0, model.top)
  const queryOf = (index: number) =>
    typeof request.query === 'string' ? request.query : request.query[index]!
  const some = {
    ...request,
    query: typeof request.query === 'string' ? request.query : best.map(({ index }) => queryOf(index)),
    documents: best.map(({ index }) => request.documents[index]!),
  }
  const second = await rank(some).catch((error: unknown) => {
    if (context.signal.aborted || !(error instanceof ApiError) || error.status < 500) throw error
    return `${model.id} did not rank, so the order is that of ${model.after}: ${error.message}`
  })
  if (typeof second === 'string')
    return {
      ...first,
      ranked: { ...first.ranked, told: second, results: first.ranked.results.slice(0, request.topN) },
    }
  const reranked = second.results.map(({ index, score }) => ({
    index: best[index]!.index,
    score: relevance(score),
  }))
  const least = reranked.at(-1)?.score ?? 1
  // below those: in the order of the first model, each with a share of the lowest of them
  const rest = first.ranked.results
    .slice(model.top)
    .map(({ index, score }) => ({ index, score: least * first.relevance(score) }))
  return {
    ranked: {
      ...first.ranked,
      results: [...reranked, ...rest].slice(0, request.topN),
      tokens: first.ranked.tokens + second.tokens,
      computed: first.ranked.computed + second.computed,
      cache: first.ranked.cache === second.cache ? second.cache : 'partial',
      hosted: second.hosted!,
      ...(told && { told }),
      ...unexplained(request),
    },
    relevance: (score) => score,
  }
}

/** @throws {ApiError} 400 */
function refuseWhole({ whole }: RankingRequest): void {
  if (whole)
    throw new ApiError(
      400,
      'A hosted model may shorten a text, so truncation cannot be forbidden. Allow it, or name another model.',
    )
}

/** The fields of a request that a hosted model ignores. */
function unused(
  { long, maxTokens, maxQueryTokens, maxPairTokens, leaveOut, raw }: RankingRequest,
  isCascade: boolean,
): string | undefined {
  const cuts = [maxTokens, maxQueryTokens, maxPairTokens, leaveOut].some((one) => one !== undefined)
  const sentences = [
    ...(cuts || long === 'chunk'
      ? ['The hosted model reads the beginning of each text, by its own rules.']
      : []),
    ...(raw && isCascade ? ['Scores of two models have no common raw form, so they are relevances.'] : []),
  ]
  return sentences.length > 0 ? sentences.join(' ') : undefined
}

const unexplained = ({ explain }: RankingRequest) =>
  explain
    ? { unexplained: 'The field "explain" was not used: the score of a hosted model has no parts.' }
    : {}

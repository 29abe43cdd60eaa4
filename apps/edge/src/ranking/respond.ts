// Handles one rerank request, from its body to the text of its answer: it is parsed by the API of the path,
// looked up in the cache, ranked, and recorded.
import { sha256 } from '@disranker/reranker'
import { ApiError } from '../api-error.ts'
import type { ParsedRequest } from '../dialects/dialect.ts'
import { withTexts } from '../documents/with-texts.ts'
import type { ServedModel } from '../models/model-source.ts'
import type { Chosen } from '../online/choose-arms.ts'
import { answerId, type CachedAnswer } from './answer-cache.ts'
import { answerText } from './answer-text.ts'
import type { Call, Services } from './call.ts'
import { type CacheState, type HostedUse, type Ordered, UNSCORED, unranked } from './order.ts'
import { orderByExperiments, type ShownOrder, shapeOrder } from './order-by-experiments.ts'
import { type Computed, rankByModel } from './rank-by-model.ts'
import type { RankingRequest } from './ranking-request.ts'
import type { RecentAnswer } from './recent-answers.ts'

export interface Answer extends CachedAnswer {
  readonly cache: CacheState
  /** number of tokens that were computed for it */
  readonly computed: number
  readonly model: ServedModel
  /** unused parts of the request, and reasons for unranked documents, one sentence each */
  readonly warnings: readonly string[]
  /** why documents were left in the order of the request */
  readonly passthrough?: string | undefined
  /** the error for which the request was answered unranked */
  readonly cause?: unknown
  /** the call to a hosted model */
  readonly hosted?: HostedUse | undefined
  /** the shown list; undefined for an answer from the cache */
  readonly shown?: Shown | undefined
}

export interface Shown extends Omit<ShownOrder, 'ranked'> {
  /** numbers of the documents in the order shown */
  readonly order: readonly number[]
}

/** the raw score of a document without one: the lowest 32-bit float, because JSON has no infinity and clients may read 32 bits */
const LOWEST = -3.402823e38

/** The cached answer to an equal request, if the same version is still served. */
export async function recall(
  { models, recent }: Services,
  call: Pick<Call, 'scope' | 'path' | 'sum' | 'noStore'>,
): Promise<(Answer & Pick<RecentAnswer, 'onError'>) | undefined> {
  const found = call.noStore ? undefined : recent.get(recentKey(call))
  if (found === undefined) return undefined
  // a model that no longer exists is an error, in the format of the body's API
  const model = await models.find(found.asked).catch(() => undefined)
  if (model?.id !== found.model.id || model.version !== found.model.version) return undefined
  return { ...found, computed: 0, cache: 'hit' }
}

const recentKey = ({ scope, path, sum }: Pick<Call, 'scope' | 'path' | 'sum'>) => `${scope} ${path} ${sum}`

const UNEXPLAINED = 'The field "explain" was not used: an experiment decided the order.'

/** @throws {ApiError} the body is invalid for this API, or cannot be ranked */
export async function respond(services: Services, call: Call): Promise<Answer> {
  const { models, answers } = services
  const { keepAlive } = call
  const parsed = call.dialect.parse(call.body)
  const { warnings } = parsed
  const passthrough = (parsed.request.onError ?? call.onError) === 'passthrough'
  const found = await lookUp(services, parsed).catch((cause: unknown) => {
    if (!passthrough || !isOurs(cause)) throw cause
    return { cause }
  })
  if ('cause' in found) return unread(parsed, call.sum, found.cause)
  const { model, documents, vectors, published } = found
  const request: RankingRequest = { ...parsed.request, documents, vectors }
  // published texts may change while the request with their ids stays the same
  const contents = published === undefined ? '' : await sha256(new TextEncoder().encode(published))
  const key = await answers.keyOf(call.sum, call.scope, call.path, model.id, model.version, contents)
  const keepsWhole = !call.noStore && call.queryId === undefined
  const known = keepsWhole ? await answers.get(key) : undefined
  const remember = ({ body, documents, tokens }: CachedAnswer) => {
    if (keepsWhole && published === undefined)
      services.recent.set(recentKey(call), {
        ...{ body, documents, tokens, warnings, model },
        ...{ asked: request.model, onError: request.onError },
      })
  }
  if (known !== undefined) {
    remember(known)
    return { ...known, model, computed: 0, cache: 'hit', warnings }
  }

  const rank = rankByModel(services, call, passthrough)
  const compute = (): Promise<Computed> =>
    shapeOrder(call.chosen ?? []) ? rankByArms(call.chosen!) : rank(model, request)
  async function rankByArms(chosen: readonly Chosen[]): Promise<Computed> {
    let last: Omit<Computed, 'ranked'> = { relevance: (score) => 1 + score, model }
    const { ranked, ...shown } = await orderByExperiments(chosen, {
      seed: call.queryId ?? key,
      documents: documents.length,
      async rank(name) {
        const asked = name === undefined ? model : await models.find(name)
        const computed = await rank(asked, { ...request, topN: undefined })
        last = computed
        return computed.ranked
      },
    })
    return { ...last, ranked: { ...ranked, results: ranked.results.slice(0, request.topN) }, shown }
  }
  // kept alive after a cancelled request, so that it can leave the queue and release its model
  const computed = compute()
  keepAlive?.(computed.catch(() => {}))
  let cause: unknown
  const { ranked, relevance, ...by } = await computed.catch((error: unknown): Computed => {
    if (!passthrough || !isOurs(error)) throw error
    cause = error
    const ranked = unranked(request.documents, request.topN, reason(error))
    return { ranked, relevance: () => 0, model }
  })
  const shown = { ...by.shown, order: ranked.results.map(({ index }) => index) }
  const answer = { ...toAnswer(parsed, request, ranked, relevance, answerId(key), by.model), cause, shown }
  if (keepsWhole && ranked.unranked === undefined && ranked.told === undefined) {
    remember(answer)
    const kept = answers.put(key, answer)
    keepAlive?.(kept)
  }
  return answer
}

/** @throws {ApiError} the model or a text does not exist, or cannot be read now */
async function lookUp({ models, texts }: Services, { request }: ParsedRequest) {
  const model = await models.find(request.model)
  return { model, ...(await withTexts(request.documents, texts)) }
}

/** The order of the request, if the models or the texts cannot be read. */
function unread(parsed: ParsedRequest, sum: string, cause: unknown): Answer {
  const { documents, topN, model = 'unknown' } = parsed.request
  // only their number is needed
  const request = { ...parsed.request, documents: documents.map(() => '') }
  const ranked = unranked(request.documents, topN, reason(cause))
  const served = { id: model, version: 'unknown' }
  const shown = { order: ranked.results.map(({ index }) => index) }
  return { ...toAnswer(parsed, request, ranked, () => 0, answerId(sum), served), cause, shown }
}

/** Whether an error is a fault of the server and not of the request: only then may the answer be the order of the request. */
const isOurs = (error: unknown) => !(error instanceof ApiError) || error.status >= 500

const reason = (error: unknown) =>
  `Nothing was ranked, the documents keep the order of the request: ${
    error instanceof ApiError ? error.message : 'the server failed on this request.'
  }`

function toAnswer(
  { answer, warnings: before }: ParsedRequest,
  request: RankingRequest,
  ranked: Ordered,
  calibrated: (score: number) => number,
  id: string,
  model: ServedModel,
): Answer {
  const raw = (score: number) => (score === UNSCORED ? LOWEST : score)
  const relevance = request.raw ? raw : (score: number) => (score === UNSCORED ? 0 : calibrated(score))
  // a document in a mixed order of an experiment has no single score
  const isExplained =
    !request.explain || ranked.results.every(({ explanation, score }) => explanation ?? score === UNSCORED)
  const warnings = [
    ...[ranked.unranked, ranked.told].filter((line) => line !== undefined),
    ...(isExplained ? [] : [ranked.unexplained ?? UNEXPLAINED]),
    ...before,
  ]
  return {
    body: answerText(answer(ranked, { id, model: request.model ?? model.id, relevance, warnings })),
    warnings,
    documents: request.documents.length,
    tokens: ranked.tokens,
    cache: ranked.cache,
    computed: ranked.computed,
    model,
    passthrough: ranked.unranked,
    hosted: ranked.hosted,
  }
}

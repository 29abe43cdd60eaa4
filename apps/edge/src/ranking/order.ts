// Ranks the documents of a request by the model, for every API. Cached scores are used first; the other
// documents are tokenised and computed when the scheduler allows it (scheduler.ts). The cost is estimated
// before the request waits, counted during tokenisation, and never exceeds the budget.
import type { ComputeOptions, Explanation, Pending, Ranked, Reranker } from '@disranker/reranker'
import { RerankerError } from '@disranker/reranker'
import { ApiError } from '../api-error.ts'
import type { Limits } from '../limits.ts'
import type { Stages } from '../observe/stages.ts'
import { tokenBudget } from './budget.ts'
import type { RankingRequest, RequestDocument } from './ranking-request.ts'
import type { Scheduler, Ticket } from './scheduler.ts'
import { type ScoreCache, type Scored, scoreKeys } from './score-cache.ts'

export type CacheState = 'hit' | 'partial' | 'miss'

export interface Ordered extends Ranked {
  /** whether all, some or none of the scores were cached */
  readonly cache: CacheState
  /** tokens that the model read for this request; cached scores cost nothing */
  readonly computed: number
  /** why documents were left in the order of the request */
  readonly unranked?: string
  /** the reason for missing explanations, if the request asked for them */
  readonly unexplained?: string
  /** the reason why vectors of documents were not used */
  readonly told?: string
  /** the call to a hosted model */
  readonly hosted?: HostedUse
}

export interface OrderContext {
  readonly version: string
  readonly limits: Limits
  readonly scheduler: Scheduler
  /** the cache of scores; undefined if it is not used */
  readonly scores: ScoreCache | undefined
  /** aborts when the request is cancelled: the work stops at the next batch */
  readonly signal: AbortSignal
  /** ms since 1970 after which the request fails */
  readonly deadline: number
  readonly stages: Stages
  /** documents above the token budget keep their order below the ranked ones, instead of an error */
  readonly passthrough: boolean
}

/** The call of a ranking to a hosted model. */
export interface HostedUse {
  readonly model: string
  /** an estimate; cached scores cost nothing */
  readonly tokens: number
  readonly usd: number
}

/** The parts of a model that a ranking uses. */
export type Ranker = Pick<Reranker, 'config' | 'engine' | 'read' | 'estimate'>

/** The score of an unscored document: below all others. */
export const UNSCORED = Number.NEGATIVE_INFINITY

/**
 * Ranks the documents of a checked request.
 * @throws {ApiError} 499 when `signal` aborts, 422 above a limit of tokens, 413 when a document is too long
 * for the model and must be read whole, 503 when too many wait, 504 after the deadline
 */
export async function order(
  reranker: Ranker,
  request: RankingRequest,
  context: OrderContext,
): Promise<Ordered> {
  const { query, documents, long, maxChunks, maxTokens, maxQueryTokens, maxPairTokens, leaveOut, whole } =
    request
  const { instruction } = request
  const { scores: known, scheduler, limits, signal, deadline, stages } = context
  const options = { long, maxChunks, maxTokens, maxQueryTokens, maxPairTokens, leaveOut, whole, instruction }
  const about = [context.version, options]
  const queryOf = (index: number) => (typeof query === 'string' ? query : query[index]!)
  const estimate = (index: number) => reranker.estimate(documents[index]!, options)
  const keys = known && (await scoreKeys(about, queryOf, documents))
  // a cached score has no parts, so explained documents are computed again
  const lookUp = request.explain ? undefined : known
  const scored: (Scored | undefined)[] = documents.map((_, index) => lookUp?.get(keys![index]!))
  const missing = documents.flatMap((_, index) => (scored[index] === undefined ? [index] : []))
  const budget = tokenBudget(reranker, limits)
  let computed: readonly number[] = []
  let explain: Pairs['explain'] | undefined
  let read: Read = { within: documents.length, tokens: scored.map((one) => one?.tokens ?? 0) }
  if (missing.length > 0) {
    const ticket = scheduler.join(sum(missing.map(estimate)), signal, deadline)
    try {
      const pending = pairsOf((text) => reranker.read(text, options), queryOf)
      read = await readAll(pending, documents, scored, { limits, budget, stages, ticket })
      if (read.within < documents.length && !context.passthrough) throw tooManyTokens(budget)
      computed = missing.filter((index) => index < read.within)
      ticket.expect(sum(computed.map((index) => read.tokens[index]!)))
      const fresh = await compute(pending, ticket, context)
      if (request.explain) explain = pending.explain
      for (const [at, index] of computed.entries()) {
        const found = { score: fresh[at]!, tokens: read.tokens[index]! }
        scored[index] = found
        known?.set(keys![index]!, found)
      }
    } catch (error) {
      if (signal.aborted) throw new ApiError(499, 'The client closed the request.', { cause: error })
      if (error instanceof RerankerError && error.code === 'length') throw new ApiError(413, error.message)
      throw error
    } finally {
      ticket.leave()
    }
  }
  const { within, tokens } = read
  const results = documents
    .map((_, index) => ({ index, score: index < within ? scored[index]!.score : UNSCORED }))
    .sort((a, b) => (a.score === b.score ? a.index - b.index : b.score - a.score))
  const given = results.slice(0, request.topN)
  return {
    // all explained documents were computed, so this index is the one in the request
    results: explain
      ? given.map((one) => (one.index < within ? { ...one, explanation: explain(one.index) } : one))
      : given,
    tokens: sum(tokens.slice(0, within)),
    computed: sum(computed.map((index) => tokens[index]!)),
    cache: missing.length === 0 ? 'hit' : missing.length < documents.length ? 'partial' : 'miss',
    ...(within < documents.length && {
      unranked: `${pastBudget(budget)}: documents from number ${within} on keep the order of the request.`,
    }),
  }
}

/** The order of the request, if nothing can be ranked. */
export function unranked(
  documents: readonly RequestDocument[],
  topN: number | undefined,
  why: string,
): Ordered {
  const results = documents.map((_, index) => ({ index, score: UNSCORED })).slice(0, topN)
  return { results, tokens: 0, computed: 0, cache: 'miss', unranked: why }
}

/** Documents that are added to their queries one by one. */
interface Pairs {
  /** @returns tokens of the document */
  add(document: RequestDocument, index: number, most: number): number
  /** Removes the one that was added last. */
  dropLast(): void
  /** one score for each added document, in that order */
  score(options: ComputeOptions): Promise<Float32Array>
  /** explains the score of the document at this position */
  explain(place: number): Explanation
}

/** @param read starts reading documents for a query */
function pairsOf(read: (query: string) => Pending, queryOf: (index: number) => string): Pairs {
  // query -> its documents, and their positions among all documents that were added
  const groups = new Map<string, { readonly pending: Pending; readonly places: number[] }>()
  let count = 0
  let last: { readonly pending: Pending; readonly places: number[] } | undefined
  return {
    add(document, index, most) {
      const query = queryOf(index)
      const group = groups.get(query) ?? { pending: read(query), places: [] }
      groups.set(query, group)
      const tokens = group.pending.add(document, most)
      group.places.push(count++)
      last = group
      return tokens
    },
    dropLast() {
      if (last === undefined) return
      last.pending.dropLast()
      last.places.pop()
      count--
      last = undefined
    },
    async score(options) {
      const all = new Float32Array(count)
      for (const { pending, places } of groups.values()) {
        const scores = await pending.score(options)
        for (const [at, place] of places.entries()) all[place] = scores[at]!
      }
      return all
    },
    explain(place) {
      for (const { pending, places } of groups.values()) {
        const at = places.indexOf(place)
        if (at >= 0) return pending.explain(at)
      }
      throw new RangeError(`There is no document ${place} to explain.`)
    },
  }
}

interface Read {
  /** documents from this index on exceed the budget */
  readonly within: number
  /** [documents] */
  readonly tokens: readonly number[]
}

/** characters that are tokenised without a pause */
const SLICE = 65_536

/**
 * Tokenises the documents without a score, slice by slice, until the budget is used up; other requests may
 * run between slices.
 */
async function readAll(
  pending: Pairs,
  documents: readonly RequestDocument[],
  scored: readonly (Scored | undefined)[],
  { limits, budget, stages, ticket }: { limits: Limits; budget: number; stages: Stages; ticket: Ticket },
): Promise<Read> {
  const tokens: number[] = []
  let total = 0
  // the reranker does not know the document's index in the request
  const add = (document: RequestDocument, index: number) => {
    try {
      return pending.add(document, index, limits.documentTokens)
    } catch (error) {
      if (!(error instanceof RerankerError && error.code === 'length')) throw error
      throw new ApiError(
        413,
        error.message.replace(/^A document/, `Document ${index}`).replace('a document', `document ${index}`),
      )
    }
  }
  for (let next = 0; next < documents.length; ) {
    await stages.time('queue', () => ticket.turn(0))
    stages.time('tokenise', () => {
      for (let characters = 0; next < documents.length && characters < SLICE && total <= budget; next++) {
        const document = documents[next]!
        characters += 64 + lengthOf(document)
        const count = scored[next]?.tokens ?? add(document, next)
        if (count > limits.documentTokens) throw tooLong(next, limits)
        tokens.push(count)
        total += count
      }
    })
    if (total > budget) {
      // the document that exceeds the budget is tokenised, but not computed
      if (scored[next - 1] === undefined) pending.dropLast()
      return { within: tokens.length - 1, tokens }
    }
  }
  return { within: documents.length, tokens }
}

/** Computes the tokenised documents, batch by batch; other requests may run between batches. */
async function compute(
  pending: Pairs,
  ticket: Ticket,
  { signal, stages }: OrderContext,
): Promise<Float32Array> {
  let computed = () => {}
  const turn = async (tokens: number) => {
    computed()
    await stages.time('queue', () => ticket.turn(tokens))
    // not Promise.withResolvers: Node 20 has none
    const batch = new Promise<void>((resolve) => {
      computed = resolve
    })
    stages.time('compute', () => batch)
  }
  try {
    return await pending.score({ signal, turn })
  } finally {
    computed()
  }
}

const lengthOf = (document: RequestDocument) =>
  typeof document === 'string'
    ? document.length
    : (document.title?.length ?? 0) + (document.summary?.length ?? 0)

const tooLong = (index: number, { documentTokens }: Limits) =>
  new ApiError(
    422,
    `Document ${index} has more than the ${documentTokens} tokens that this server reads of a document ` +
      '(MAX_TOKENS_PER_DOCUMENT). Shorten it, ask for fewer pieces, or let it be truncated.',
  )

const pastBudget = (budget: number) =>
  `The request has more than the ${budget} tokens that this server reads (MAX_TOKENS, CPU_BUDGET_MS)`

const tooManyTokens = (budget: number) =>
  new ApiError(422, `${pastBudget(budget)}. Send fewer documents, or a smaller max_tokens_per_doc.`)

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

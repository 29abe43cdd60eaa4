// The documents of a request in the order the model gives them, whichever API asked: known scores first, the rest computed
// when it is this request's turn.
import type { Prepared, Ranked } from '@disranker/reranker'
import { ApiError } from '../api-error.ts'
import type { Limits } from '../limits.ts'
import type { LoadedModel } from '../models/loaded-model.ts'
import type { Stages } from '../observe/stages.ts'
import type { RankingRequest, RequestDocument } from './ranking-request.ts'
import { type ScoreCache, type Scored, scoreKeys } from './score-cache.ts'
import type { Turns } from './turns.ts'

export type CacheState = 'hit' | 'partial' | 'miss'

export interface Ordered extends Ranked {
  /** how many of the scores were known before */
  readonly cache: CacheState
  /** why documents were left in the order of the request */
  readonly unranked?: string
}

export interface OrderContext {
  readonly version: string
  readonly limits: Limits
  readonly turns: Turns
  readonly scores: ScoreCache
  /** aborted when the client has gone: the work stops at the next batch */
  readonly signal: AbortSignal
  /** ms since 1970 after which there is no answer any more */
  readonly deadline: number
  readonly stages: Stages
  /** documents past the token budget keep their order below the ranked ones, instead of an error */
  readonly passthrough: boolean
}

/** The score of a document that was not scored: below all others. */
export const UNSCORED = Number.NEGATIVE_INFINITY

/**
 * Ranks the documents of a checked request.
 * @throws {ApiError} 499 when `signal` was aborted, 422 past a limit of tokens, 413 when a document is longer than what the
 * model reads and must be read whole, 503 when too many wait
 */
export async function order(
  ranker: LoadedModel,
  request: RankingRequest,
  context: OrderContext,
): Promise<Ordered> {
  const { query, long, maxChunks } = request
  const { scores: known, turns, limits, stages } = context
  const documents = stages.time('tokenise', () => ranker.cut(request))
  const keys = await scoreKeys([context.version, query, long, maxChunks], documents)
  const scored: (Scored | undefined)[] = keys.map((key) => known.get(key))
  const missing = keys.flatMap((_, index) => (scored[index] === undefined ? [index] : []))
  // before a text is looked at: to be told so costs nothing
  if (missing.length > 0) turns.refuseWhenFull(estimate(missing.map((index) => documents[index]!)))
  const prepare = (indices: readonly number[]) =>
    stages.time('tokenise', () =>
      ranker.reranker.prepare(
        query,
        indices.map((index) => documents[index]!),
        { long, maxChunks },
      ),
    )
  let prepared = prepare(missing)
  const tokens = keys.map((_, index) => scored[index]?.tokens ?? 0)
  for (const [at, index] of missing.entries()) tokens[index] = prepared.tokens[at]!
  checkDocuments(tokens, limits)
  const within = withinBudget(tokens, limits.tokens)
  let computed = missing
  if (within < tokens.length) {
    if (!context.passthrough) throw tooManyTokens(sum(tokens), limits)
    computed = missing.filter((index) => index < within)
    prepared = prepare(computed)
  }
  if (computed.length > 0) {
    const fresh = await compute(prepared, context)
    for (const [at, index] of computed.entries()) {
      const found = { score: fresh[at]!, tokens: prepared.tokens[at]! }
      scored[index] = found
      known.set(keys[index]!, found)
    }
  }
  const results = documents
    .map((_, index) => ({ index, score: index < within ? scored[index]!.score : UNSCORED }))
    .sort((a, b) => (a.score === b.score ? a.index - b.index : b.score - a.score))
  return {
    results: results.slice(0, request.topN),
    tokens: sum(tokens.slice(0, within)),
    cache: missing.length === 0 ? 'hit' : missing.length < documents.length ? 'partial' : 'miss',
    ...(within < tokens.length && {
      unranked:
        `The request comes to ${sum(tokens)} tokens, this server reads ${limits.tokens} a request (MAX_TOKENS): ` +
        `documents from number ${within} on keep the order of the request.`,
    }),
  }
}

/** The order of the request, for when nothing can be ranked. */
export function unranked(
  documents: readonly RequestDocument[],
  topN: number | undefined,
  why: string,
): Ordered {
  const results = documents.map((_, index) => ({ index, score: UNSCORED })).slice(0, topN)
  return { results, tokens: 0, cache: 'miss', unranked: why }
}

async function compute(
  prepared: Prepared,
  { turns, signal, deadline, stages }: OrderContext,
): Promise<Float32Array> {
  const ticket = turns.join(sum([...prepared.tokens]), signal, deadline)
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
    return await prepared.score({ signal, turn })
  } catch (error) {
    if (signal.aborted) throw new ApiError(499, 'The client closed the request.', { cause: error })
    throw error
  } finally {
    computed()
    ticket.leave()
  }
}

/** characters of a token, about */
const TOKEN_CHARACTERS = 4

function estimate(documents: readonly RequestDocument[]): number {
  const characters = (document: RequestDocument) =>
    typeof document === 'string'
      ? document.length
      : (document.title?.length ?? 0) + (document.summary?.length ?? 0)
  return sum(documents.map(characters)) / TOKEN_CHARACTERS
}

/** how many documents, from the first on, come to no more than `most` tokens together */
function withinBudget(tokens: readonly number[], most: number): number {
  let total = 0
  const over = tokens.findIndex((count) => {
    total += count
    return total > most
  })
  return over === -1 ? tokens.length : over
}

function checkDocuments(tokens: readonly number[], { documentTokens }: Limits): void {
  const over = tokens.findIndex((count) => count > documentTokens)
  if (over === -1) return
  throw new ApiError(
    422,
    `Document ${over} comes to ${tokens[over]} tokens, this server reads ${documentTokens} a document ` +
      '(MAX_TOKENS_PER_DOCUMENT). Shorten it, ask for fewer pieces, or let it be truncated.',
  )
}

const tooManyTokens = (tokens: number, limits: Limits) =>
  new ApiError(
    422,
    `The request comes to ${tokens} tokens, this server reads ${limits.tokens} a request (MAX_TOKENS). ` +
      'Send fewer documents, or a smaller max_tokens_per_doc.',
  )

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

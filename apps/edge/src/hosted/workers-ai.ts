// A reranker of Workers AI with the interface of a local model: texts are collected one by one, and scored
// with one call. Nothing is computed in this isolate, so its tokens are estimates, and it waits for no turn.
import type { ComputeOptions, Pending, RerankDocument } from '@disranker/reranker'
import { z } from 'zod'
import { ApiError } from '../api-error.ts'
import type { Ranker } from '../ranking/order.ts'
import type { Scheduler } from '../ranking/scheduler.ts'

/** The used part of the binding `AI`: Cloudflare's types for text classification with contexts. */
export interface AiBinding {
  run(
    model: string,
    inputs: {
      readonly query: string
      readonly contexts: readonly { readonly text: string }[]
      top_k: number
    },
    options: { readonly signal: AbortSignal },
  ): Promise<unknown>
}

/** its answer: the numbers of contexts, best first, with their scores */
const answerSchema = z.looseObject({
  response: z.array(z.looseObject({ id: z.int(), score: z.number() })),
})

/** maximal tokens of a query and a text */
export const READ_TOKENS = 512
/** maximal characters of a text that are sent; it reads no more than its tokens */
const SENT_CHARACTERS = 8 * READ_TOKENS
/** characters of a token, on average */
const TOKEN_CHARACTERS = 4
/** texts in a call; a score does not depend on the other texts */
const A_CALL = 100

const textOf = (document: RerankDocument): string => {
  const parts = typeof document === 'string' ? [document] : [document.title, document.summary]
  // it refuses an empty text
  return parts.filter(Boolean).join('\n').slice(0, SENT_CHARACTERS).trim() || '-'
}

/**
 * @param model its name at Workers AI
 * @param deadline ms since 1970 after which a call is aborted
 */
export function workersAiRanker(ai: AiBinding, model: string, deadline: number): Ranker {
  const estimate = (query: string, document: RerankDocument) =>
    Math.min(READ_TOKENS, 4 + Math.ceil((query.length + textOf(document).length) / TOKEN_CHARACTERS))

  async function scoresOf(query: string, texts: readonly string[], signal?: AbortSignal) {
    const left = AbortSignal.timeout(Math.max(0, deadline - Date.now()))
    const inputs = { query, contexts: texts.map((text) => ({ text })), top_k: texts.length }
    const answer = await answered(
      () => ai.run(model, inputs, { signal: signal === undefined ? left : AbortSignal.any([signal, left]) }),
      left,
    )
    const scores = new Float32Array(texts.length).fill(Number.NaN)
    const parsed = answerSchema.safeParse(answer)
    for (const { id, score } of parsed.data?.response ?? []) if (id in texts) scores[id] = score
    if (scores.some(Number.isNaN))
      throw unavailable(`it gave no score to some of ${texts.length} documents`, undefined)
    return scores
  }

  function read(query: string): Pending {
    const texts: string[] = []
    const tokens: number[] = []
    return {
      tokens,
      add(document) {
        texts.push(textOf(document))
        tokens.push(estimate(query, document))
        return tokens.at(-1)!
      },
      dropLast() {
        texts.pop()
        tokens.pop()
      },
      async score({ signal, turn }: ComputeOptions = {}) {
        const scores = new Float32Array(texts.length)
        for (let at = 0; at < texts.length; at += A_CALL) {
          await turn?.(0)
          scores.set(await scoresOf(query, texts.slice(at, at + A_CALL), signal), at)
        }
        return scores
      },
      explain() {
        throw new RangeError('The score of a hosted model has no parts.')
      },
    }
  }

  return {
    // it uses no CPU time of this isolate: CPU_BUDGET_MS does not bound it
    config: {
      model_type: 'hosted',
      disranker: { encoding: NO_ENCODING, cost: { millisecondsPerToken: 1e-6 } },
    },
    engine: 'workers-ai',
    estimate: (document) => estimate('', document),
    read,
  }
}

const NO_ENCODING = {
  form: 'bert',
  maxLength: READ_TOKENS,
  maxQuery: READ_TOKENS,
  maxTitle: 0,
  maxSummary: 0,
} as const

/** @throws {ApiError} 504: it took too long; 503: it failed */
async function answered(run: () => Promise<unknown>, left: AbortSignal): Promise<unknown> {
  try {
    return await run()
  } catch (cause) {
    if (left.aborted)
      throw new ApiError(
        504,
        'Workers AI did not answer in the time of the request. Send fewer documents, or allow more.',
        {
          headers: { 'retry-after': '1' },
        },
      )
    throw unavailable('it failed', cause)
  }
}

/** Its own message may contain the texts, so the log gets only the name of the error. */
const unavailable = (why: string, cause: unknown) =>
  new ApiError(
    503,
    `Workers AI did not rank: ${why}${cause instanceof Error ? ` (${cause.name})` : ''}. Send it again.`,
    {
      headers: { 'retry-after': '1' },
    },
  )

/** The scheduler for remote work: it takes no turn of the local requests. */
export const elsewhere: Scheduler = {
  tokens: 0,
  refuseWhenFull() {},
  join: (_, signal, deadline) => ({
    async turn() {
      if (signal.aborted) throw new ApiError(499, 'The client closed the request.')
      if (Date.now() > deadline) throw new ApiError(504, 'The request was not done in its time.')
    },
    expect() {},
    leave() {},
  }),
}

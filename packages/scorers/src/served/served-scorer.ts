// A model on a server: it sends a few documents of one query at a time, to any of the APIs in apis.ts.

import { createHash } from 'node:crypto'
import { InputError } from '@disranker/stage'
import { type Scorer, type TextPair, textOf } from '../scorer.ts'
import { type Api, apis } from './apis.ts'
import { type Ask, openServer } from './ask-server.ts'
import type { ApiOptions, ServedRequest } from './request.ts'
import type { Answers, Requested, Server } from './server.ts'
import { inTemplates } from './templates.ts'

export interface ServedOptions {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** kept and new answers */
  readonly answers?: Answers
  /** milliseconds before the first retry */
  readonly pause?: number
}

/**
 * @throws {InputError} when the environment lacks the key; from `score`, when the server refuses, or keeps
 * failing
 */
export function servedScorer(server: Server, { environment, answers, pause }: ServedOptions): Scorer {
  const { url, concurrency = 8, perMinute, timeout = 60, retries = 8 } = server
  const secret = server.key === undefined ? undefined : environment[server.key]
  if (server.key !== undefined && !secret)
    throw new InputError(
      `${server.key} is not set: ${url} needs it. Set it, as in ${server.key}=... npx turbo run score.`,
    )
  const headers = secret ? { authorization: `Bearer ${secret}` } : {}
  const ask = openServer({ url, headers, secret, concurrency, perMinute, timeout, retries }, pause)
  return {
    score: (pairs, signal) => scoreBy(ask, server, pairs, answers, signal),
    close: () => answers?.close(),
  }
}

async function scoreBy(
  ask: Ask,
  requested: Requested,
  pairs: readonly TextPair[],
  answers: Answers | undefined,
  outer: AbortSignal | undefined,
): Promise<Float64Array> {
  outer?.throwIfAborted()
  const raw = new Float64Array(pairs.length)
  const open: number[] = []
  for (const [place, pair] of pairs.entries()) {
    const known = answers?.get(pair)
    if (known === undefined) open.push(place)
    else raw[place] = known
  }
  const asked = open.map((place) => pairs[place]!)
  // the first failure ends the others
  const failed = new AbortController()
  const signal = outer ? AbortSignal.any([outer, failed.signal]) : failed.signal
  const one = async ({ places, body, read }: PreparedRequest) => {
    const found = await ask(body(), read, signal)
    answers?.put(
      places.map((place) => asked[place]!),
      found,
    )
    for (const [row, place] of places.entries()) raw[open[place]!] = found[row]!
  }
  try {
    await Promise.all(requestsOf(requested, asked).map(one))
  } catch (error) {
    failed.abort()
    outer?.throwIfAborted()
    throw error
  }
  return raw.map((score) => scaled(requested, score))
}

/**
 * Converts a score of the API to the scale of the recipe.
 * @throws {InputError} when the recipe wants log-odds of a number that is no probability
 */
export function scaled({ scale, api, model }: Requested, raw: number): number {
  if (scale !== 'logit') return raw
  if (raw < 0 || raw > 1)
    throw new InputError(
      `${model ?? api} gave the score ${raw}, and \`scale: 'logit'\` in the recipe takes probabilities from 0 to 1. Leave scale out: the scores are logits already.`,
    )
  return logit(raw)
}

export interface PreparedRequest {
  /** hash of the request: equal requests have equal keys */
  readonly key: string
  /** indices of its documents among the pairs */
  readonly places: readonly number[]
  body(): Readonly<Record<string, unknown>>
  /**
   * Raw scores, as the API returns them.
   * @throws {BadAnswer} when the answer does not follow the API
   */
  read(answer: unknown): number[]
}

/** The requests for some pairs: neighbours of one query together, a bounded number of them. */
export function requestsOf(requested: Requested, pairs: readonly TextPair[]): PreparedRequest[] {
  const api: Api = apis[requested.api]
  const { documents: most = api.documents, model, prompt, body: more, templates, scale } = requested
  const options: ApiOptions = { model, prompt, probabilities: scale === 'logit' }
  const sent = inTemplates(templates)
  const groups: number[][] = []
  for (const [place, { query }] of pairs.entries()) {
    const last = groups.at(-1)
    if (last === undefined || last.length >= most || pairs[last[0]!]!.query !== query) groups.push([place])
    else last.push(place)
  }
  return groups.map((places) => {
    const request = (): ServedRequest => ({
      query: sent.query(pairs[places[0]!]!.query),
      documents: places.map((place) => sent.document(textOf(pairs[place]!.document))),
    })
    const body = () => ({ ...api.body(request(), options), ...more })
    return {
      key: createHash('sha256').update(JSON.stringify(body())).digest('hex').slice(0, 32),
      places,
      body,
      read: (answer) => api.read(answer, places.length, options),
    }
  })
}

/** the 32-bit floats nearest to 0 and 1 with a finite log-odds */
const EDGE = 2 ** -24

function logit(probability: number): number {
  const within = Math.min(1 - EDGE, Math.max(EDGE, probability))
  return Math.log(within / (1 - within))
}

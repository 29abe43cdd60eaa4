// Against a server of this machine that speaks each API, well and badly.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InputError } from '@disranker/stage'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { keepsTheContract, PAIRS } from '../../testing/contract.ts'
import { pairKey, type ScoringServer, scoreOf, startScoringServer } from '../../testing/scoring-server.ts'
import { textOf } from '../scorer.ts'
import { openAnswers } from './answers.ts'
import type { ApiName } from './apis.ts'
import { servedScorer } from './served-scorer.ts'
import type { Server } from './server.ts'

const prompt = { user: 'query: {query}\ndocument: {document}', yes: ['yes'], no: ['no'] }
const PATHS: Record<ApiName, string> = {
  'vllm-score': '/score',
  'vllm-rerank': '/rerank',
  tei: '/rerank',
  cohere: '/v2/rerank',
  jina: '/v1/rerank',
  voyage: '/voyage/v1/rerank',
  chat: '/v1/chat/completions',
}
/** what gives a probability gets its log-odds taken */
const recipeOf = (api: ApiName, url: string, more: Partial<Server> = {}): Server => ({
  api,
  url: url + PATHS[api],
  model: 'some/model',
  documents: api === 'chat' ? 1 : 2,
  ...(['cohere', 'jina', 'voyage'].includes(api) && { scale: 'logit' as const }),
  ...(api === 'chat' && { prompt }),
  ...more,
})
const open = (server: Server, environment = {}) => servedScorer(server, { environment, pause: 1 })
const wanted = PAIRS.map(({ query, document }) => scoreOf(query, textOf(document)))

describe.each(Object.keys(PATHS) as ApiName[])('%s', (api) => {
  let server: ScoringServer
  beforeAll(async () => {
    server = await startScoringServer()
  })
  afterAll(() => server.close())
  keepsTheContract(api, { open: async () => open(recipeOf(api, server.url)) })

  it('reads the scores of the server, whatever their order', async () => {
    const scores = await open(recipeOf(api, server.url)).score(PAIRS)
    for (const [at, score] of wanted.entries()) expect(scores[at]).toBeCloseTo(score, 6)
    // documents of one query together, no more than was said
    const {
      documents = [],
      texts = documents,
      text_2 = texts,
    } = server.requests[0]!.body as Record<string, string[]>
    expect(text_2.length).toBe(api === 'chat' ? 0 : 2)
  })
})

describe('a server that misbehaves', () => {
  let server: ScoringServer
  beforeEach(async () => {
    server = await startScoringServer()
  })
  afterEach(() => server.close())
  const recipe = (more: Partial<Server> = {}) => recipeOf('vllm-score', server.url, { documents: 1, ...more })

  it('fails, is silent and busy, and is asked until all is there', async () => {
    Object.assign(server.misbehaviour, { failing: 0.2, silent: 0.1, busy: 0.2, retryAfter: 0.01 })
    const scores = await open(recipe({ timeout: 0.1, retries: 50 })).score(PAIRS)
    for (const [at, score] of wanted.entries()) expect(scores[at]).toBe(score)
  })

  it.each([
    [400, /refuses: 400 .*Fix `api`, `model` or `body`/],
    [404, /refuses: 404 .*path of `url`/],
    [413, /Lower `documents`/],
  ])('%s is not asked again', async (status, message) => {
    server.misbehaviour.status = status
    await expect(open(recipe({ concurrency: 1 })).score(PAIRS.slice(0, 1))).rejects.toThrow(message)
    expect(server.requests).toHaveLength(1)
  })

  it('is given up with what it said', async () => {
    server.misbehaviour.status = 503
    const work = open(recipe({ retries: 2 })).score(PAIRS.slice(0, 1))
    await expect(work).rejects.toThrow(/could not be asked in 3 attempts: 503 .*Run again/)
    expect(server.requests).toHaveLength(3)
  })

  it.each([
    ['no list', { data: 7 }, /not of this API/],
    ['a document twice', { data: [0, 0].map((index) => ({ index, score: 1 })) }, /or twice/],
    ['a document that was not sent', { data: [{ index: 4, score: 1 }] }, /document 4 of 1/],
    ['no document', { data: [] }, /no score for document 0 of 1/],
  ])('an answer with %s is no score', async (_, answer, message) => {
    server.misbehaviour.answer = answer
    await expect(open(recipe({ retries: 1 })).score(PAIRS.slice(0, 1))).rejects.toThrow(message)
  })

  it('has all wait as long as it says', async () => {
    Object.assign(server.misbehaviour, { busy: 1, retryAfter: 0.2 })
    const work = open(recipe({ concurrency: 1 })).score(PAIRS.slice(0, 2))
    while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    server.misbehaviour.busy = 0
    await work
    const [first, next] = server.requests.map(({ at }) => at)
    expect(next! - first!).toBeGreaterThan(150)
  })

  it('is not waited for when it wants hours', async () => {
    Object.assign(server.misbehaviour, { busy: 1, retryAfter: 7200 })
    await expect(open(recipe()).score(PAIRS.slice(0, 1))).rejects.toThrow(/asks to wait 7200 s/)
  })

  it('is asked no more at a time, or in a minute, than it shall be', async () => {
    server.misbehaviour.delay = 10
    await open(recipe({ concurrency: 2 })).score(PAIRS)
    expect(server.most).toBe(2)
    const asked = server.requests.length
    const stop = new AbortController()
    const work = open(recipe({ perMinute: 3 })).score(PAIRS, stop.signal)
    while (server.requests.length < asked + 3) await new Promise((resolve) => setTimeout(resolve, 5))
    await new Promise((resolve) => setTimeout(resolve, 100))
    stop.abort()
    await expect(work).rejects.toThrow(/abort/i)
    expect(server.requests.length).toBe(asked + 3)
  })

  it('never sees its key in a message', async () => {
    server.misbehaviour.key = 'right'
    const keyed = recipe({ key: 'SOME_API_KEY' })
    expect(() => open(keyed)).toThrow(/SOME_API_KEY is not set/)
    const error = await open(keyed, { SOME_API_KEY: 'wrong-s3cret' })
      .score(PAIRS)
      .then(
        () => expect.fail('it was let in'),
        (error: unknown) => error,
      )
    expect(error).toBeInstanceOf(InputError)
    expect((error as Error).message).toMatch(/refuses: 401 .*Bearer \*\*\*.*Is the key right/)
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('s3cret')
    await open(keyed, { SOME_API_KEY: 'right' }).score(PAIRS)
  })

  it('a chat model that answers with something else is named by what it says', async () => {
    const top_logprobs = [{ token: 'Sure', logprob: -0.1 }]
    server.misbehaviour.answer = { choices: [{ logprobs: { content: [{ top_logprobs }] } }] }
    const chat = recipeOf('chat', server.url, { retries: 0 })
    await expect(open(chat).score(PAIRS.slice(0, 1))).rejects.toThrow(
      /neither of yes, no: it thinks of "Sure"/,
    )
    server.misbehaviour.answer = { choices: [{ message: { content: 'yes' } }] }
    await expect(open(chat).score(PAIRS.slice(0, 1))).rejects.toThrow(/give log-probabilities/)
  })
})

describe('what is asked', () => {
  let server: ScoringServer
  beforeEach(async () => {
    server = await startScoringServer()
  })
  afterEach(() => server.close())

  it.each(['vllm-score', 'vllm-rerank'] as const)(
    '%s gives probabilities where log-odds are taken of them',
    async (api) => {
      const scores = await open(recipeOf(api, server.url, { scale: 'logit' })).score(PAIRS)
      for (const [at, score] of wanted.entries()) expect(scores[at]).toBeCloseTo(score, 4)
      expect(server.requests[0]!.body).not.toHaveProperty('use_activation')
    },
  )

  it('log-odds of what is no probability are refused', async () => {
    const tei = recipeOf('tei', server.url, { scale: 'logit' })
    await expect(open(tei).score(PAIRS)).rejects.toThrow(/takes probabilities from 0 to 1\. Leave scale out/)
  })

  it('stands in the template of the model, each side in its own', async () => {
    const [first] = PAIRS
    await open(recipeOf('vllm-score', server.url, { templates: 'qwen3-reranker' })).score([first!])
    const { text_1, text_2 } = server.requests[0]!.body as { text_1: string; text_2: string[] }
    expect(text_1).toMatch(/^<\|im_start\|>system\nJudge whether .*<Query>: red shoes\n$/s)
    expect(text_2[0]).toBe(
      `<Document>: ${textOf(first!.document)}<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n`,
    )
    // what a text holds is no pattern
    const odd = { query: "$& {document} $'", document: { title: '', summary: '{query} $$' } }
    const own = { query: 'q: {query}', document: 'd: {document}' }
    await open(recipeOf('vllm-score', server.url, { templates: own })).score([odd])
    expect(server.requests[1]!.body).toMatchObject({
      text_1: "q: $& {document} $'",
      text_2: ['d: {query} $$'],
    })
  })
})

describe('answers that came before', () => {
  let home: string
  let server: ScoringServer
  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'answers-'))
    server = await startScoringServer()
  })
  afterEach(async () => {
    await server.close()
    rmSync(home, { recursive: true })
  })
  const file = () => join(home, readdirSync(home)[0]!)
  const scoreAll = (pairs = PAIRS, more: Partial<Server> = {}) => {
    const asked = recipeOf('vllm-score', server.url, more)
    const scorer = servedScorer(asked, { environment: {}, answers: openAnswers(home, asked) })
    return scorer.score(pairs).finally(() => scorer.close())
  }

  it('are not asked for again, but those of the line that a kill cut', async () => {
    const first = await scoreAll()
    const asked = server.requests.length
    expect(await scoreAll()).toEqual(first)
    expect(server.requests).toHaveLength(asked)
    const text = readFileSync(file(), 'utf8')
    writeFileSync(file(), text.slice(0, -5))
    expect(await scoreAll()).toEqual(first)
    expect(server.requests).toHaveLength(asked + 1)
    // who was asked, and each pair once
    expect(readFileSync(file(), 'utf8').trim().split('\n')).toHaveLength(1 + PAIRS.length)
    expect([...server.answered.values()].filter((times) => times > 1)).toEqual([2])
    expect(server.answered.get(pairKey(PAIRS[0]!.query, textOf(PAIRS[0]!.document)))).toBe(1)
  })

  it('hold for a pair whatever the other texts are', async () => {
    const last = PAIRS.slice(0, -1)
    await scoreAll(last)
    const asked = server.requests.length
    const whole = await scoreAll([...PAIRS].reverse(), { documents: 3, concurrency: 1 })
    expect(server.requests).toHaveLength(asked + 1)
    expect(server.requests.at(-1)!.body).toMatchObject({ text_2: [textOf(PAIRS.at(-1)!.document)] })
    expect(whole).toHaveLength(PAIRS.length)
    expect(Array.from(await scoreAll())).toEqual(wanted)
  })

  it.each([
    ['model', { model: 'another/model' }],
    ['template', { templates: { query: 'q {query}', document: '{document}' } }],
    ['kind of score', { scale: 'logit' as const }],
    ['field of the request', { body: { truncate_prompt_tokens: 100 } }],
  ])('are not those of another %s', async (_, more) => {
    await scoreAll()
    const asked = server.requests.length
    await scoreAll(PAIRS, more)
    expect(server.requests).toHaveLength(2 * asked)
  })
})

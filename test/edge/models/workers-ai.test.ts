// A reranker of Workers AI as a model of this server, in workerd. The Worker asks the runtime's own binding (`cloudflare-internal:ai-api`,
// the class that production has); what answers behind it is a stand-in on this machine, which checks the request as Cloudflare publishes
// it and scores by shared words. Workers AI itself, its scores and its limits are not tried: it runs in Cloudflare's network alone.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApp } from '@disranker/edge'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { type Bare, serveBare } from '../served/bare-workerd.ts'
import { exampleFolder, randomBundle } from '../served/served-example.ts'

const MODEL = '@cf/baai/bge-reranker-base'
/** the request as the page of the model and the types of the binding have it */
const asked = z.strictObject({
  inputs: z.strictObject({
    query: z.string().min(1),
    contexts: z.array(z.strictObject({ text: z.string().min(1) })).min(1),
    top_k: z.int().min(1),
  }),
  options: z.strictObject({}),
})
type Asked = z.infer<typeof asked>

const standIn = {
  seen: [] as Asked['inputs'][],
  behaviour: 'ranks' as 'ranks' | 'fails' | 'hangs' | 'forgets',
}
const logit = (query: string, text: string) =>
  query.split(' ').filter((word) => text.toLowerCase().includes(word)).length * 3 - 4

let ai: Server
let served: Bare
let remove: () => void
beforeAll(async () => {
  ai = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    if (standIn.behaviour === 'hangs') return
    const model = request.headers['cf-consn-model-id']
    if (request.url !== '/run?version=3' || model !== MODEL || standIn.behaviour === 'fails')
      return void response.writeHead(500, { 'content-type': 'application/json' }).end('{"description":"no"}')
    const { inputs } = asked.parse(JSON.parse(Buffer.concat(chunks).toString()))
    standIn.seen.push(inputs)
    const scores = inputs.contexts
      .map(({ text }, id) => ({ id, score: logit(inputs.query, text) }))
      .toSorted((a, b) => b.score - a.score)
      .slice(0, standIn.behaviour === 'forgets' ? 1 : inputs.top_k)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ response: scores }))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => ai.once('listening', resolve))
  const example = await exampleFolder()
  remove = example.remove
  const models = {
    alone: { model: MODEL },
    large: { model: MODEL, after: 'disranker', top: 4, usdPerMillionTokens: 2 },
  }
  const variables = { WORKERS_AI_MODELS: JSON.stringify(models), REQUEST_TIMEOUT_MS: '3000' }
  served = await serveBare({ dist: example.dist, ai: (ai.address() as AddressInfo).port, variables })
}, 60_000)
beforeEach(() => {
  standIn.seen = []
  standIn.behaviour = 'ranks'
})
afterAll(async () => {
  await served?.close()
  ai?.closeAllConnections()
  ai?.close()
  remove?.()
})

const query = 'buffer overflow'
const documents = [
  'a lock that is held twice',
  'the buffer of a socket',
  'a password in plain text',
  'overflow of a buffer on the stack',
  'memory that was freed',
  'a session that never ends',
  'an integer overflow',
]
interface Ranked {
  readonly results: readonly { readonly index: number; readonly relevance_score: number }[]
  readonly meta: { readonly warnings?: readonly string[] }
}

async function rank(body: object, path = '/v2/rerank') {
  const answer = await fetch(`${served.url}${path}`, {
    method: 'POST',
    headers: { 'cache-control': 'no-store' },
    body: JSON.stringify({ query, documents, ...body }),
  })
  const header = (name: string) => answer.headers.get(name)
  return { status: answer.status, header, body: (await answer.json()) as Ranked & { message: string } }
}
const orderOf = ({ body }: { body: Ranked }) => body.results.map(({ index }) => index)

it('ranks all documents by itself, in every API, and says what it cost', async () => {
  const answer = await rank({ model: 'alone' })
  expect([answer.status, orderOf(answer)]).toEqual([200, [3, 1, 6, 0, 2, 4, 5]])
  expect(standIn.seen).toEqual([
    { query, contexts: documents.map((text) => ({ text })), top_k: documents.length },
  ])
  expect(answer.body.results[0]!.relevance_score).toBeCloseTo(1 / (1 + Math.exp(-2)), 6)
  const [, tokens, usd] = /^alone; tokens=(\d+); usd=([\d.]+)$/.exec(
    answer.header('x-disranker-hosted') ?? '',
  )!
  expect(Number(usd)).toBeCloseTo((Number(tokens) * 0.0031) / 1e6, 9)
  expect(orderOf(await rank({ model: 'alone', raw_scores: true, top_n: 2 }, '/rerank'))).toEqual([3, 1])
})

it('as a cascade reads the best of the first model alone, and leaves the others below them in its order', async () => {
  const first = orderOf(await rank({ model: 'disranker' }))
  const answer = await rank({ model: 'large' })
  expect(standIn.seen.map(({ contexts }) => contexts.map(({ text }) => text))).toEqual([
    first.slice(0, 4).map((index) => documents[index]),
  ])
  const reranked = first
    .slice(0, 4)
    .toSorted((a, b) => logit(query, documents[b]!) - logit(query, documents[a]!))
  expect(orderOf(answer)).toEqual([...reranked, ...first.slice(4)])
  const scores = answer.body.results.map(({ relevance_score }) => relevance_score)
  expect(scores).toEqual(scores.toSorted((a, b) => b - a))
  expect(answer.header('x-disranker-model')).toMatch(/^large@bge-reranker-base\.4\.[0-9a-f]{12}$/)
})

it.each([
  ['fails', /Workers AI did not rank: it failed/],
  ['forgets', /gave no score to some of 4 documents/],
  ['hangs', /did not answer in the time/],
] as const)(
  'where it %s, a cascade keeps the order of the first model and says so; alone it is an error',
  async (behaviour, message) => {
    const first = orderOf(await rank({ model: 'disranker' }))
    standIn.behaviour = behaviour
    const answer = await rank({ model: 'large' })
    expect([answer.status, orderOf(answer)]).toEqual([200, first])
    expect(answer.body.meta.warnings![0]).toMatch(message)
    const alone = await rank({ model: 'alone' })
    expect(alone.status).toBe(behaviour === 'hangs' ? 504 : 503)
    expect(alone.header('retry-after')).toBe('1')
  },
)

it('is listed with its price, counted, and asked once for what is remembered', async () => {
  const { data } = await (await fetch(`${served.url}/v1/models`)).json()
  expect(data.find(({ id }: { id: string }) => id === 'large').hosted).toEqual({
    ...{ by: 'workers-ai', model: MODEL, after: 'disranker', top: 4, usdPerMillionTokens: 2 },
  })
  const body = JSON.stringify({ model: 'alone', query: 'a session', documents })
  for (const _ of [1, 2])
    expect((await fetch(`${served.url}/v2/rerank`, { method: 'POST', body })).status).toBe(200)
  expect(standIn.seen).toHaveLength(1)
  const metrics = await (await fetch(`${served.url}/metrics`)).text()
  expect(Number(/disranker_hosted_tokens_total\{model="alone"\} (\d+)/.exec(metrics)![1])).toBeGreaterThan(0)
})

it('is refused where it cannot be had, or cannot do what is asked', async () => {
  const hosted = new Map([['a', { model: MODEL, top: 20, scores: 'logit' as const, usdPerMillionTokens: 0 }]])
  expect(() => createApp({ bundle: async () => randomBundle(), hosted })).toThrow('there is no binding AI')
  const answer = await rank({ model: 'alone', truncation: false }, '/voyage/v1/rerank')
  expect(answer.status).toBe(400)
})

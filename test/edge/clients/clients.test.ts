// The clients people already use, over HTTP against the Worker in workerd: Cohere, Voyage, LangChain, LlamaIndex, the AI SDK;
// and the shapes of text-embeddings-inference, which has no client of its own.
import { deflateSync, gzipSync } from 'node:zlib'
import { createCohere } from '@ai-sdk/cohere'
import type { Served } from '@disranker/edge/serve'
import { CohereRerank } from '@langchain/cohere'
import { CohereRerank as LlamaIndexRerank } from '@llamaindex/cohere'
import { TextNode } from '@llamaindex/core/schema'
import { rerank } from 'ai'
import { CohereClient, CohereClientV2, CohereError } from 'cohere-ai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VoyageAIClient, VoyageAIError } from 'voyageai'
import { EXAMPLE } from '../served/example-texts.ts'
import { keysOf, serveExample } from '../served/served-example.ts'

const KEY = 'a-key-of-the-clients'
const model = 'disranker'
const query = EXAMPLE.queries[0]!.text
const texts = EXAMPLE.documents.slice(0, 8).map(({ title, summary }) => `${title}. ${summary}`)

let server: Served
/** the order and scores that /v2/rerank gives */
let order: number[]
let scores: number[]

const post = (path: string, body: unknown, key = KEY) =>
  fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/** What a client raises. */
async function failure(call: PromiseLike<unknown>) {
  const error = await call.then(
    () => undefined,
    (error: unknown) => error,
  )
  return error as Error & { readonly statusCode?: number; readonly body?: unknown }
}

beforeAll(async () => {
  const MODEL_ALIASES = ['rerank-english-v2.0', 'rerank-english-v3.0', 'rerank-v3.5', 'rerank-2']
    .map((name) => `${name}=${model}`)
    .join()
  server = await serveExample({ variables: { RERANK_KEYS: keysOf(KEY), MODEL_ALIASES } })
  const answer = await post('/v2/rerank', { model, query, documents: texts })
  const { results } = (await answer.json()) as { results: { index: number; relevance_score: number }[] }
  order = results.map(({ index }) => index)
  scores = results.map(({ relevance_score: score }) => score)
})
afterAll(() => server?.close())

describe("Cohere's v1 client", () => {
  const client = (token = KEY) => new CohereClient({ token, environment: server.url, maxRetries: 0 })

  it('gets the order of v2, and documents when it asks for them', async () => {
    const { results, meta } = await client().rerank({ model, query, documents: texts, returnDocuments: true })
    expect(results.map(({ index }) => index)).toEqual(order)
    expect(results.map(({ relevanceScore }) => relevanceScore)).toEqual(scores)
    expect(results[0]!.document).toEqual({ text: texts[order[0]!] })
    expect(meta?.apiVersion?.version).toBe('1')
    const bare = await client().rerank({ model: 'rerank-english-v3.0', query, documents: texts, topN: 2 })
    expect(bare.results).toHaveLength(2)
    expect(bare.results[0]!.document).toBeUndefined()
  })

  it('ranks objects by their fields and gives them back untouched', async () => {
    const documents = EXAMPLE.documents
      .slice(0, 4)
      .map(({ title, summary }, at) => ({ id: `n${at}`, title, summary }))
    const objects = await client().rerank({ model, query, documents, returnDocuments: true })
    const v2 = await post('/v2/rerank', {
      model,
      query,
      documents: documents.map(({ id: _, ...rest }) => rest),
    })
    const { results } = (await v2.json()) as { results: { index: number }[] }
    expect(objects.results.map(({ index }) => index)).toEqual(results.map(({ index }) => index))
    for (const { index, document } of objects.results) expect(document).toMatchObject(documents[index]!)
    const byTitle = await client().rerank({ model, query, documents, rankFields: ['title'] })
    const titles = documents.map(({ title }) => ({ title }))
    const expected = await (await post('/v2/rerank', { model, query, documents: titles })).json()
    expect(byTitle.results.map(({ relevanceScore }) => relevanceScore)).toEqual(
      (expected as { results: { relevance_score: number }[] }).results.map((one) => one.relevance_score),
    )
  })

  it('raises its own errors', async () => {
    const refused = await failure(client('wrong').rerank({ model, query, documents: texts }))
    expect(refused).toBeInstanceOf(CohereError)
    expect(refused.statusCode).toBe(401)
    const empty = await failure(client().rerank({ model, query: ' ', documents: texts }))
    expect(empty.statusCode).toBe(400)
    expect(empty.body).toMatchObject({ message: expect.stringMatching(/query: is empty/) })
  })
})

it('/v1/rerank answers Jina with model and usage', async () => {
  const answer = await post('/v1/rerank', {
    query,
    documents: [{ text: texts[0] }, { text: texts[1] }],
    top_n: 1,
  })
  expect(await answer.json()).toMatchObject({
    model,
    usage: { total_tokens: expect.any(Number) },
    results: [{ index: expect.any(Number), relevance_score: expect.any(Number) }],
  })
})

describe("Voyage's client", () => {
  const client = (apiKey = KEY) => new VoyageAIClient({ apiKey, environment: `${server.url}/voyage/v1` })

  it('gets the order of v2, documents and usage', async () => {
    const all = await client().rerank({ model, query, documents: texts, returnDocuments: true })
    expect(all.data?.map(({ index }) => index)).toEqual(order)
    expect(all.data?.[0]?.document).toBe(texts[order[0]!])
    expect(all.usage?.totalTokens).toBeGreaterThan(texts.length * 10)
    const best = await client().rerank({ model, query, documents: texts, topK: 2 })
    expect(best.data).toHaveLength(2)
    expect(best.data?.[0]?.document).toBeUndefined()
  })

  it('is refused in its own shape', async () => {
    const refused = await failure(
      client('wrong').rerank({ model, query, documents: texts }, { maxRetries: 0 }),
    )
    expect(refused).toBeInstanceOf(VoyageAIError)
    expect(refused.statusCode).toBe(401)
    expect(refused.body).toEqual({ detail: expect.stringMatching(/key/i) })
    const long = ['a short text', 'word '.repeat(500)]
    const cut = await failure(
      client().rerank({ model, query, documents: long, truncation: false }, { maxRetries: 0 }),
    )
    // Voyage's status for whatever it will not serve
    expect(cut.statusCode).toBe(400)
    expect(cut.body).toEqual({ detail: expect.stringMatching(/^Document 1 has more tokens than/) })
    expect((await client().rerank({ model, query, documents: long })).data).toHaveLength(2)
  })
})

it("LangChain's CohereRerank reranks documents", async () => {
  const client = new CohereClient({ token: KEY, environment: server.url, maxRetries: 0 })
  // LangChain's types are of the older cohere-ai that it brings
  const reranker = new CohereRerank({ client: client as never, model, topN: 3 })
  const found = await reranker.rerank(texts, query)
  expect(found.map(({ index }) => index)).toEqual(order.slice(0, 3))
  expect(found.map(({ relevanceScore }) => relevanceScore)).toEqual(scores.slice(0, 3))
})

it("LlamaIndex' CohereRerank reranks nodes, by Cohere's name of the model", async () => {
  const reranker = new LlamaIndexRerank({ apiKey: KEY, baseUrl: server.url, topN: 3 })
  const nodes = texts.map((text) => ({ node: new TextNode({ text }) }))
  const found = await reranker.postprocessNodes(nodes, query)
  expect(found.map(({ node }) => node)).toEqual(order.slice(0, 3).map((index) => nodes[index]!.node))
  expect(found.map(({ score }) => score)).toEqual(scores.slice(0, 3))
})

it("Mastra's CohereRelevanceScorer is answered, as it asks", async () => {
  // it scores one text a request, at an address of its own: api.cohere.com
  const score = async (text: string) => {
    const answer = await post('/v2/rerank', { query, documents: [text], model: 'rerank-v3.5', top_n: 1 })
    return ((await answer.json()) as { results: { relevance_score: number }[] }).results[0]!.relevance_score
  }
  expect(await score(texts[order[0]!]!)).toBeCloseTo(scores[0]!, 6)
})

it("the AI SDK's rerank() takes a base URL", async () => {
  const cohere = createCohere({ apiKey: KEY, baseURL: `${server.url}/v2` })
  const { ranking, rerankedDocuments } = await rerank({
    model: cohere.reranking(model),
    query,
    documents: texts,
    topN: 3,
  })
  expect(ranking.map(({ originalIndex }) => originalIndex)).toEqual(order.slice(0, 3))
  expect(ranking.map(({ score }) => score)).toEqual(scores.slice(0, 3))
  expect(rerankedDocuments[0]).toBe(texts[order[0]!])
})

it.each([
  ["Cohere's v1 client", 'rerank-english-v3.0'],
  ["Cohere's v2 client", 'rerank-v3.5'],
  ["Voyage's client", 'rerank-2'],
  ['the AI SDK', 'rerank-v3.5'],
])('%s needs no change but the base URL: %s', async (client, hosted) => {
  const options = { token: KEY, environment: server.url, maxRetries: 0 }
  const asked: Record<string, () => Promise<(number | undefined)[]>> = {
    "Cohere's v1 client": async () =>
      (await new CohereClient(options).rerank({ model: hosted, query, documents: texts })).results.map(
        ({ index }) => index,
      ),
    "Cohere's v2 client": async () =>
      (await new CohereClientV2(options).rerank({ model: hosted, query, documents: texts })).results.map(
        ({ index }) => index,
      ),
    "Voyage's client": async () => {
      const voyage = new VoyageAIClient({ apiKey: KEY, environment: `${server.url}/voyage/v1` })
      return ((await voyage.rerank({ model: hosted, query, documents: texts })).data ?? []).map(
        ({ index }) => index,
      )
    },
    'the AI SDK': async () => {
      const cohere = createCohere({ apiKey: KEY, baseURL: `${server.url}/v2` })
      const { ranking } = await rerank({ model: cohere.reranking(hosted), query, documents: texts })
      return ranking.map(({ originalIndex }) => originalIndex)
    },
  }
  expect(await asked[client]!()).toEqual(order)
})

describe('text-embeddings-inference', () => {
  it.each(['/tei/rerank', '/rerank'])('%s ranks texts', async (path) => {
    const answer = await post(path, { query, texts, truncate: true, return_text: true })
    const ranked = (await answer.json()) as { index: number; score: number; text: string }[]
    expect(ranked.map(({ index }) => index)).toEqual(order)
    expect(ranked.map(({ score }) => score)).toEqual(scores)
    expect(ranked[0]!.text).toBe(texts[order[0]!])
    const raw = await post(path, { query, texts, truncate: true, raw_scores: true })
    const [first] = (await raw.json()) as { score: number; text?: string }[]
    expect(1 / (1 + Math.exp(-first!.score))).toBeCloseTo(scores[0]!, 6)
    expect(first!.text).toBeUndefined()
  })

  it('refuses in its own shape', async () => {
    const long = await post('/tei/rerank', { query, texts: ['word '.repeat(500)], truncate: false })
    expect(long.status).toBe(413)
    expect(await long.json()).toEqual({
      error: expect.stringMatching(/^Document 0 has more tokens/),
      error_type: 'Validation',
    })
    const wrong = await post('/tei/rerank', { query, texts: [] })
    expect([wrong.status, await wrong.json()]).toEqual([
      400,
      { error: 'texts: is empty; send at least one text.', error_type: 'Validation' },
    ])
    expect((await post('/tei/rerank', {}, 'wrong')).status).toBe(401)
  })
})

describe('a compressed body, in workerd', () => {
  const send = (body: Buffer, coding: string) =>
    fetch(`${server.url}/rerank`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${KEY}`,
        'content-type': 'application/json',
        'content-encoding': coding,
      },
      body: Uint8Array.from(body),
    })

  it('is ranked, bounded by what it becomes, and refused in other codings', async () => {
    const json = JSON.stringify({ query, documents: texts, return_documents: false })
    const plain = await (await post('/rerank', JSON.parse(json))).json()
    for (const [coding, body] of [
      ['gzip', gzipSync(json)],
      ['deflate', deflateSync(json)],
    ] as const) {
      const answer = await send(body, coding)
      expect([answer.status, await answer.json()]).toEqual([200, plain])
    }
    const bomb = await send(gzipSync(Buffer.alloc(200_000_000, ' ')), 'gzip')
    expect([bomb.status, await bomb.json()]).toMatchObject([
      413,
      { detail: expect.stringMatching(/larger than/) },
    ])
    expect((await send(Buffer.from(json), 'gzip')).status).toBe(400)
    expect((await send(gzipSync(json), 'br')).status).toBe(415)
  })
})

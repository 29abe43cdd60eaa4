// POST /v2/rerank in workerd, asked by Cohere's own client and by plain HTTP.
import type { RerankAnswer } from '@disranker/edge'
import type { Served } from '@disranker/edge/serve'
import { CohereClientV2, CohereError } from 'cohere-ai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXAMPLE } from '../served/example-texts.ts'
import { keysOf, serveExample } from '../served/served-example.ts'

const KEY = 'a key of the tests'.replaceAll(' ', '-')
const query = EXAMPLE.queries[0]!.text
const documents = EXAMPLE.documents.slice(0, 12).map(({ title, summary }) => `${title}. ${summary}`)

let server: Served
let cohere: CohereClientV2

beforeAll(async () => {
  server = await serveExample({ variables: { RERANK_KEYS: keysOf(KEY) } })
  cohere = new CohereClientV2({ token: KEY, environment: server.url, maxRetries: 0 })
})
afterAll(() => server?.close())

function post(body: unknown, headers: Record<string, string> = {}) {
  return fetch(`${server.url}/v2/rerank`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

const get = (path: string) => fetch(server.url + path, { headers: { authorization: `Bearer ${KEY}` } })

describe("Cohere's client", () => {
  it('gets every document once, sorted, with scores between 0 and 1', async () => {
    const { id, results, meta } = await cohere.rerank({ model: 'disranker', query, documents })
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
    expect(results.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual(documents.map((_, at) => at))
    const scores = results.map(({ relevanceScore }) => relevanceScore)
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
    expect(Math.min(...scores)).toBeGreaterThan(0)
    expect(Math.max(...scores)).toBeLessThan(1)
    expect(scores[0]! - scores.at(-1)!).toBeGreaterThan(0.02)
    expect(meta?.apiVersion?.version).toBe('2')
    expect(meta?.tokens?.inputTokens).toBeGreaterThan(documents.length * 10)
    expect(meta?.warnings).toBeUndefined()
  })

  it('gets the best topN, the same as the first of all', async () => {
    const all = await cohere.rerank({ model: 'disranker', query, documents })
    const best = await cohere.rerank({ model: 'disranker', query, documents, topN: 3, priority: 5 })
    expect(best.results).toEqual(all.results.slice(0, 3))
    const more = await cohere.rerank({ model: 'disranker', query, documents, topN: 99 })
    expect(more.results).toEqual(all.results)
  })

  it('gives a document the score it has alone', async () => {
    const all = await cohere.rerank({ model: 'disranker', query, documents })
    for (const { index, relevanceScore } of all.results.slice(0, 3)) {
      const alone = await cohere.rerank({ model: 'disranker', query, documents: [documents[index]!] })
      expect(alone.results[0]!.relevanceScore).toBeCloseTo(relevanceScore, 5)
    }
  })

  it('reads no more of a document than maxTokensPerDoc', async () => {
    const document = 'careless buffer in the kernel'
    const options = { model: 'disranker', query, maxTokensPerDoc: 4 }
    const [long, other] = await Promise.all([
      cohere.rerank({ ...options, documents: [`${document} writes past the end of the memory`] }),
      cohere.rerank({ ...options, documents: [`${document} waits for another thread`] }),
    ])
    expect(long!.results).toEqual(other!.results)
    const whole = await cohere.rerank({
      ...options,
      maxTokensPerDoc: 400,
      documents: [`${document} waits for another thread`],
    })
    expect(whole.results).not.toEqual(other!.results)
  })

  it('meets errors it knows, with a message', async () => {
    const ask = { model: 'disranker', query, documents }
    const stranger = new CohereClientV2({ token: 'wrong', environment: server.url, maxRetries: 0 })
    const cases = [
      [() => cohere.rerank({ ...ask, documents: [] }), 400, /documents: is empty/],
      [() => cohere.rerank({ ...ask, query: '' }), 400, /query: is empty/],
      [() => stranger.rerank(ask), 401, /The key is not one of this server/],
      [() => cohere.rerank({ ...ask, model: 'rerank-v3.5' }), 404, /Use "disranker"/],
      [() => cohere.rerank({ ...ask, documents: Array(10_001).fill('a') }), 422, /has 10001 documents/],
    ] as const
    for (const [call, status, message] of cases) {
      const error = await call().then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      expect(error).toBeInstanceOf(CohereError)
      expect(error).toMatchObject({ statusCode: status, body: { message: expect.stringMatching(message) } })
    }
  })
})

describe('plain HTTP', () => {
  it('takes documents of title and summary, and warns of fields it does not know', async () => {
    const objects = EXAMPLE.documents.slice(0, 5).map(({ title, summary }) => ({ title, summary }))
    const response = await post({
      model: 'disranker',
      query,
      documents: [...objects, 'a plain text'],
      top_k: 2,
    })
    expect(response.status).toBe(200)
    const { results, meta } = (await response.json()) as RerankAnswer
    expect(results).toHaveLength(6)
    expect(meta.warnings).toEqual(['The field "top_k" is not known and was ignored.'])
  })

  it('answers equal requests with equal bytes', async () => {
    const ask = { model: 'disranker', query, documents }
    const answers = await Promise.all([post(ask), post(ask)])
    const third = await post(ask, { 'cache-control': 'no-store' })
    const [one, two, three] = await Promise.all([...answers, third].map((answer) => answer.text()))
    expect([two, three]).toEqual([one, one])
    expect([answers[0]!, third].map(({ headers }) => headers.get('x-disranker-cache'))).toContain('miss')
    const ids = [...answers, third].map(({ headers }) => headers.get('x-request-id'))
    expect(new Set(ids).size).toBe(3)
  })

  it('turns a request without a key away, before it reads the body', async () => {
    const response = await post('{', { authorization: '' })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
  })

  it('tells its health without a key', async () => {
    const response = await fetch(`${server.url}/health`)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      status: 'ok',
      code: expect.stringMatching(/^\d+\.\d+\.\d+/),
      model: { name: 'disranker', state: 'ready' },
    })
  })

  it('gives the weights to those with a key alone', async () => {
    const { data } = (await (await get('/v1/models')).json()) as { data: { version: string }[] }
    const folder = `/models/disranker/${data[0]!.version}`
    expect((await get(`${folder}/model.onnx`)).status).toBe(200)
    for (const path of [`${folder}/model.onnx`, `${folder}/manifest.json`, '/v1/models'])
      expect((await fetch(server.url + path)).status).toBe(401)
    for (const path of ['/models.json', '/models/', `${folder}/`, '/%6dodels.json'])
      expect((await fetch(server.url + path)).status).toBe(404)
    for (const path of [
      `${folder}/other`,
      `${folder}/..%2f..%2fmodels.json`,
      '/models/disranker/0123456789ab/model.onnx',
    ])
      expect((await get(path)).status).toBe(404)
  })
})

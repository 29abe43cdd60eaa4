// Paths as clients join them, and pages of another origin.
import { createApp } from '@disranker/edge'
import { describe, expect, it } from 'vitest'
import { randomBundle } from '../served/served-example.ts'

const app = createApp({ bundle: async () => randomBundle(), origins: ['https://shop.example'] })
const body = JSON.stringify({ model: 'disranker', query: 'a', documents: ['b'] })
const post = (path: string, headers: Record<string, string> = {}) =>
  app.request(`http://localhost${path}`, { method: 'POST', body, headers })

const { data } = (await (await app.request('/v1/models')).json()) as { data: { version: string }[] }
const file = `/models/disranker/${data[0]!.version}/config.json`

describe('a path', () => {
  it.each(['//v1/rerank', '/v1/rerank/', '/v1//rerank', '/rerank//', '//v1/reranking/', '/v2/rerank/'])(
    '%s is answered',
    async (path) => expect((await post(path)).status).toBe(200),
  )

  it.each([
    ['/v1/v1/rerank', '/v1/rerank'],
    ['/api/v1/rerank', '/v1/rerank'],
    ['/api/v1/RERANKING', '/v1/reranking'],
    ['/v2/rerank/rerank', '/v2/rerank'],
    ['/v1/retrieval/nvidia/a-model/ranking', '/v1/ranking'],
    ['/services/rerank/text-rerank/text-rerank', '/api/v1/services/rerank/text-rerank/text-rerank'],
    ['/v1/embeddings', '/v2/rerank'],
  ])('%s is not, and is told of %s', async (path, right) => {
    const answer = await post(path)
    expect(answer.status).toBe(404)
    expect(await answer.text()).toContain(`Rank with POST ${right}.`)
  })

  it('of other routes stays as it is', async () => {
    expect((await app.request('//health')).status).toBe(404)
    expect((await app.request('/health')).status).toBe(200)
  })
})

describe('a page of an allowed origin', () => {
  const origin = 'https://shop.example'

  it.each([
    ['GET', file],
    ['GET', '/info'],
    ['POST', '/tokenize'],
    ['GET', '/tei/info'],
    ['POST', '/v1/ranking'],
  ])('may %s %s, with a key', async (method, path) => {
    const asked = {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type',
    }
    const preflight = await app.request(path, { method: 'OPTIONS', headers: asked })
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, origin])
    expect(preflight.headers.get('access-control-allow-headers')).toMatch(/authorization/i)
    const answer = await app.request(path, {
      method,
      headers: { origin },
      ...(method === 'POST' && { body: path === '/tokenize' ? '{"inputs":"a"}' : '{}' }),
    })
    // errors too: without the header a page sees none of their words
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
  })

  it('of no other', async () => {
    for (const path of [file, '/info', '/v2/rerank']) {
      const answer = await app.request(path, { headers: { origin: 'https://other.example' } })
      expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    }
    const none = createApp({ bundle: async () => randomBundle() })
    expect(
      (await none.request('/info', { headers: { origin } })).headers.get('access-control-allow-origin'),
    ).toBeNull()
  })
})

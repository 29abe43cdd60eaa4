// Weaviate's reranker-transformers beyond one request: lists longer than its 32, and the checks before and after
// (modules/reranker-transformers/clients: startup.go, ranker_meta.go).
import { createApp } from '@disranker/edge'
import { describe, expect, it } from 'vitest'
import { EXAMPLE } from '../../served/example-texts.ts'
import { damagedBundle, randomBundle } from '../../served/served-example.ts'
import { weaviateRank } from './weaviate.ts'

const query = EXAMPLE.queries[0]!.text
const texts = EXAMPLE.documents.slice(0, 40).map(({ title, summary }) => `${title}. ${summary}`)
const app = createApp({ bundle: async () => randomBundle() })

const rank = (origin: string, documents: readonly string[], to = app) =>
  weaviateRank(
    ((url: string, init: RequestInit) => to.request(url, init)) as typeof fetch,
    origin,
    query,
    documents,
  )

describe.each(['', '/weaviate'])('at "%s"', (origin) => {
  it('every document has its score, in the order of the request', async () => {
    const scores = await rank(origin, texts)
    expect(scores.map(({ document }) => document)).toEqual(texts)
    const body = JSON.stringify({ model: 'disranker', query, documents: texts })
    const v2 = await (await app.request('/v2/rerank', { method: 'POST', body })).json()
    const wanted = new Map(
      v2.results.map((one: { index: number; relevance_score: number }) => [one.index, one.relevance_score]),
    )
    expect(scores.map(({ score }, index) => [index, score])).toEqual(
      texts.map((_, index) => [index, wanted.get(index)]),
    )
  })

  it('is ready when the model is, and tells its meta', async () => {
    const ready = await app.request(`${origin}/.well-known/ready`)
    expect(ready.status).toBeLessThanOrEqual(299)
    const broken = createApp({ bundle: async () => damagedBundle() })
    expect((await broken.request(`${origin}/.well-known/ready`)).status).toBe(503)
    expect((await broken.request(`${origin}/.well-known/live`)).status).toBe(204)
    const meta = await (await app.request(`${origin}/meta`)).json()
    expect(meta).toEqual({
      model: 'disranker',
      model_version: expect.stringMatching(/^[0-9a-f]{12}$/),
      version: expect.any(String),
    })
  })

  it('reads the message of an error', async () => {
    const keys = [{ name: 'k', sha256: new Uint8Array(32) }]
    const closed = createApp({ bundle: async () => randomBundle(), access: { keys } })
    await expect(rank(origin, texts, closed)).rejects.toThrow(/fail with status 401: .*key/)
    await expect(rank(origin, [`data:image/png;base64,${'A'.repeat(40)}`])).rejects.toThrow(
      'fail with status 400: documents[0]: is a data URI',
    )
  })
})

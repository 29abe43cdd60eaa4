// Weaviate's reranker-transformers, whose Go client is read here as it stands in modules/reranker-transformers/clients (ranker.go,
// startup.go, ranker_meta.go): the struct that the body is unmarshalled into, the checks before and after.
import { createApp } from '@disranker/edge'
import { describe, expect, it } from 'vitest'
import { EXAMPLE } from './example-texts.ts'
import { damagedBundle, randomBundle } from './served-example.ts'

const query = EXAMPLE.queries[0]!.text
const texts = EXAMPLE.documents.slice(0, 40).map(({ title, summary }) => `${title}. ${summary}`)
const app = createApp({ bundle: async () => randomBundle() })

/** Go's json.Unmarshal into RankResponse: members of other types fail, missing ones are empty. */
function unmarshal(text: string) {
  const body = JSON.parse(text)
  const typed = (value: unknown, type: string, otherwise: unknown) => {
    if (value === undefined || value === null) return otherwise
    if (typeof value !== type)
      throw new Error(`json: cannot unmarshal ${typeof value} into Go value of type ${type}`)
    return value
  }
  return {
    error: typed(body.error, 'string', '') as string,
    scores: (body.scores ?? []).map((one: Record<string, unknown>) => ({
      document: typed(one.document, 'string', ''),
      score: typed(one.score, 'number', 0),
    })) as { document: string; score: number }[],
  }
}

/** client.Rank: 32 documents a request, their scores one after the other. */
async function rank(origin: string, documents: readonly string[], to = app) {
  const scores: { document: string; score: number }[] = []
  for (let at = 0; at < documents.length; at += 32) {
    const answer = await to.request(`${origin}/rerank`, {
      method: 'POST',
      body: JSON.stringify({ query, documents: documents.slice(at, at + 32), property: '' }),
    })
    const body = unmarshal(await answer.text())
    if (answer.status !== 200)
      throw new Error(`fail with status ${answer.status}${body.error === '' ? '' : `: ${body.error}`}`)
    scores.push(...body.scores)
  }
  return scores
}

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

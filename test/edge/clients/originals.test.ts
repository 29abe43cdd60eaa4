// What the originals answer, by their documentation: vLLM and Infinity (/rerank, /score), Jina, Cohere (/v1/models), and what
// their clients send (LiteLLM, Haystack, LangChain, LlamaIndex, Dify).
import { createApp } from '@disranker/edge'
import { CohereClient } from 'cohere-ai'
import { describe, expect, it } from 'vitest'
import { aliases, app, ask, order, query, type Result, scores, texts } from '../served/asked-app.ts'
import { randomBundle } from '../served/served-example.ts'

describe('vLLM and Infinity: /rerank with documents', () => {
  it('answers with id, model, usage and documents, and needs no model', async () => {
    const { status, body } = await ask('/rerank', { query, documents: texts })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      id: expect.any(String),
      object: 'rerank',
      model: 'disranker',
      usage: { prompt_tokens: expect.any(Number), total_tokens: expect.any(Number) },
    })
    expect(body.usage.prompt_tokens).toBeGreaterThan(texts.length * 10)
    expect(body.results).toEqual(
      order.map((index: number, at: number) => ({
        index,
        relevance_score: scores[at],
        document: { text: texts[index] },
      })),
    )
  })

  it('takes what LiteLLM (hosted_vllm/, infinity/) and Dify send', async () => {
    const model = 'BAAI/bge-reranker-base'
    for (const path of ['/rerank', '/v1/rerank']) {
      const { status, body } = await ask(path, {
        model,
        query,
        documents: texts.map((text) => ({ text })),
        top_n: 2,
        return_documents: true,
      })
      expect([path, status, body.model]).toEqual([path, 200, model])
      // LiteLLM's transformation reads document.text of every result, and usage
      expect(body.results.map(({ document }: Result) => document!.text)).toEqual(
        order.slice(0, 2).map((index: number) => texts[index]),
      )
      expect(body.usage.total_tokens - body.usage.prompt_tokens).toBe(0)
    }
    // vLLM's own default of top_n is 0: all
    expect((await ask('/rerank', { query, documents: texts, top_n: 0 })).body.results).toHaveLength(
      texts.length,
    )
    const bare = await ask('/rerank', { query, documents: texts, return_documents: false })
    expect(bare.body.results[0].document).toBeUndefined()
  })

  it.each(['/score', '/v1/score'])('%s scores a text against others, in their order', async (path) => {
    const { body } = await ask(path, { text_1: query, text_2: texts })
    expect(body).toMatchObject({
      object: 'list',
      model: 'disranker',
      usage: { prompt_tokens: expect.any(Number) },
    })
    expect(body.data.map(({ index }: Result) => index)).toEqual(texts.map((_, at) => at))
    const best = body.data.toSorted((a: { score: number }, b: { score: number }) => b.score - a.score)
    expect(best.map(({ index }: Result) => index)).toEqual(order)
    expect(best.map(({ score }: { score: number }) => score)).toEqual(scores)
    const one = await ask(path, { text_1: [query], text_2: texts[0] })
    expect(one.body.data).toEqual([body.data[0]])
    // vLLM: one with one, one with many, as many with as many
    const queries = texts.map((_, at) => (at % 2 === 0 ? query : 'another query'))
    const pairs = await ask(path, { text_1: queries, text_2: texts })
    const others = await ask(path, { text_1: 'another query', text_2: texts })
    expect(pairs.body.data).toEqual(
      texts.map((_, at) => (at % 2 === 0 ? body.data[at] : others.body.data[at])),
    )
    const refused = await ask(path, { text_1: [query, query], text_2: texts })
    expect([refused.status, refused.body.message]).toEqual([
      400,
      expect.stringContaining('one with one, one with many, or as many with as many'),
    ])
  })
})

describe('errors of /rerank', () => {
  it('before there is a body have what the clients of all its APIs read', async () => {
    const keys = [{ name: 'k', sha256: new Uint8Array(32) }]
    const closed = createApp({ bundle: async () => randomBundle(), access: { keys } })
    for (const body of [
      { query, texts },
      { query, documents: texts },
    ]) {
      const refused = await ask('/rerank', body, closed)
      expect(refused.status).toBe(401)
      const { message } = refused.body
      expect(refused.body).toEqual({
        id: expect.any(String),
        message: expect.stringMatching(/wants a key/),
        detail: message,
        error: message,
        error_type: 'Validation',
      })
    }
  })

  it('are of the API its body speaks', async () => {
    expect((await ask('/rerank', { query: '', texts })).body).toEqual({
      error: expect.stringMatching(/query: is empty/),
      error_type: 'Validation',
    })
    expect((await ask('/rerank', { query: '', documents: texts })).body).toMatchObject({
      message: expect.stringMatching(/query: is empty/),
    })
  })
})

describe('Jina', () => {
  it('gives documents back unless it is told not to', async () => {
    const { body } = await ask('/v1/rerank', {
      model: 'jina-reranker-v2-base-multilingual',
      query,
      documents: texts,
      top_n: 3,
    })
    expect(body.model).toBe('jina-reranker-v2-base-multilingual')
    expect(body.results).toEqual(
      order.slice(0, 3).map((index: number, at: number) => ({
        index,
        relevance_score: scores[at],
        document: { text: texts[index] },
      })),
    )
    const bare = await ask('/v1/rerank', { query, documents: texts, return_documents: false })
    expect(bare.body.results[0]).not.toHaveProperty('document')
  })

  it('tells every error under "detail", which LangChain, LlamaIndex and Haystack raise', async () => {
    const keys = [{ name: 'k', sha256: new Uint8Array(32) }]
    const closed = createApp({ bundle: async () => randomBundle(), access: { keys } })
    const errors = await Promise.all([
      ask('/v1/rerank', { query, documents: [] }),
      ask('/v1/rerank', { query, documents: texts, model: 'other' }),
      ask('/v1/rerank', { query, documents: texts }, closed),
    ])
    expect(errors.map(({ status }) => status)).toEqual([400, 404, 401])
    for (const { body } of errors) expect(body.detail).toBe(body.message)
    const nowhere = await (await app.request('/v1/embeddings')).json()
    expect(nowhere).toMatchObject({ detail: expect.any(String) })
  })
})

describe('Cohere v1', () => {
  it.each(['/v1/rerank', '/rerank'])('%s refuses what has no text to rank by', async (path) => {
    const documents = [{ text: 'a' }, { id: 3 }]
    expect(await ask(path, { query, documents })).toMatchObject({
      status: 400,
      body: { message: expect.stringMatching(/^documents\[1\]: has no text field/) },
    })
    expect(await ask(path, { query, documents: [{ title: 'a' }], rank_fields: ['body'] })).toMatchObject({
      status: 400,
      body: { message: expect.stringMatching(/^documents\[0\]: none of the rank_fields is a text/) },
    })
    expect((await ask(path, { query, documents: [{ title: 'a' }], rank_fields: [] })).status).toBe(400)
    expect(
      (await ask(path, { query, documents: [{ toString: 'a' }], rank_fields: ['valueOf'] })).status,
    ).toBe(400)
  })

  it('refuses documents that are nested too deep to be given back, before it ranks', async () => {
    const depths = [
      [40, /documents\[0\]: is nested deeper than 32 levels/],
      [20_000, /nested deeper than 64 levels/],
    ] as const
    for (const path of ['/v1/rerank', '/rerank'])
      for (const [depth, message] of depths) {
        const deep = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
        const body = `{"query":"a","return_documents":true,"documents":[{"text":"b","more":${deep}}]}`
        const answer = await app.request(path, { method: 'POST', body })
        expect([answer.status, ((await answer.json()) as { message: string }).message]).toEqual([
          400,
          expect.stringMatching(message),
        ])
      }
  })

  it('lists models, by their aliases too, and knows each by name', async () => {
    const client = new CohereClient({
      token: 'any',
      environment: 'http://localhost',
      maxRetries: 0,
      fetch: ((url: string, init: RequestInit) => app.request(url, init)) as typeof fetch,
    })
    const { models } = await client.models.list({ endpoint: 'rerank' })
    expect(models.map(({ name }) => name)).toEqual(['disranker', ...aliases.keys()])
    expect(models[0]).toMatchObject({ endpoints: ['rerank'], contextLength: 48, finetuned: false })
    expect((await client.models.list({ endpoint: 'chat' })).models).toEqual([])
    expect(await client.models.get('rerank-v3.5')).toMatchObject({ name: 'rerank-v3.5', contextLength: 48 })
    await expect(client.models.get('other')).rejects.toMatchObject({ statusCode: 404 })
    expect((await (await app.request('/v1/models/rerank-v3.5')).json()) as object).toMatchObject({
      id: 'rerank-v3.5',
      object: 'model',
      root: 'disranker',
      created: 0,
      owned_by: 'disranker',
      relevance: { even_odds: 0.5 },
    })
  })
})

describe('aliases', () => {
  it('answer by the name that was asked for, and tell the model in a header', async () => {
    const { status, headers } = await ask('/v2/rerank', { model: 'rerank-v3.5', query, documents: texts })
    expect([status, headers.get('x-disranker-model')?.split('@')[0]]).toEqual([200, 'disranker'])
    const voyage = await ask('/voyage/v1/rerank', { model: 'rerank-v3.5', query, documents: texts })
    expect(voyage.body.model).toBe('rerank-v3.5')
    expect((await ask('/v2/rerank', { model: 'rerank-v4', query, documents: texts })).status).toBe(404)
  })

  it('may be any name', async () => {
    const any = createApp({ bundle: async () => randomBundle(), aliases: new Map([['*', 'disranker']]) })
    const { status } = await ask('/v2/rerank', { model: 'whatever', query, documents: texts }, any)
    expect(status).toBe(200)
    expect((await any.request('/v1/models/whatever')).status).toBe(200)
  })
})

describe('Voyage', () => {
  it('says 400 of a model it does not have, and detail everywhere', async () => {
    const { status, body } = await ask('/voyage/v1/rerank', { model: 'rerank-2', query, documents: texts })
    expect([status, body]).toEqual([400, { detail: expect.stringMatching(/no model of this name/) }])
    const nowhere = await app.request('/voyage/v1/embeddings')
    expect([nowhere.status, await nowhere.json()]).toEqual([404, { detail: expect.any(String) }])
  })
})

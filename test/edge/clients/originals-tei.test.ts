// What text-embeddings-inference answers, by its documentation (docs/openapi.json).
import { createApp, DEFAULT_LIMITS } from '@disranker/edge'
import { describe, expect, it } from 'vitest'
import { app, ask, query, texts } from '../served/asked-app.ts'
import { randomBundle } from '../served/served-example.ts'

describe('text-embeddings-inference', () => {
  const long = 'word '.repeat(500)

  it('truncates by default, as with --auto-truncate, and refuses only when it is told to', async () => {
    // LlamaIndex' and Haystack's rankers send truncate: true or nothing
    for (const truncate of [undefined, null, true]) {
      const { status, body } = await ask('/tei/rerank', { query, texts: [long, ...texts], truncate })
      expect(status).toBe(200)
      expect(body).toHaveLength(texts.length + 1)
    }
    const refused = await ask('/tei/rerank', { query, texts: [long], truncate: false })
    expect([refused.status, refused.body.error_type]).toEqual([413, 'Validation'])
    // refused is what is longer than the model reads of query and text together, 48 tokens here, not than one of its fields
    const lengths = [40, 50].map((count) => ({
      query: 'buffer',
      texts: ['buffer '.repeat(count)],
      truncate: false,
    }))
    expect(await Promise.all(lengths.map(async (body) => (await ask('/tei/rerank', body)).status))).toEqual([
      200, 413,
    ])
    // LiteLLM's huggingface/ says truncate: false of itself; a server may be set to cut all the same
    const always = createApp({ bundle: async () => randomBundle(), teiTruncation: 'always' })
    const litellm = {
      query,
      texts: [long, ...texts],
      raw_scores: false,
      truncate: false,
      truncation_direction: 'Right',
      return_text: true,
      top_n: 3,
    }
    expect((await ask('/tei/rerank', litellm, always)).status).toBe(200)
  })

  it('says 413 of too many texts, as of "batch size > maximum allowed batch size"', async () => {
    const small = createApp({
      bundle: async () => randomBundle(),
      limits: { ...DEFAULT_LIMITS, documents: 2 },
    })
    const { status, body } = await ask('/tei/rerank', { query, texts }, small)
    expect([status, body]).toEqual([
      413,
      { error: expect.stringMatching(/has 6 texts/), error_type: 'Validation' },
    ])
  })

  it.each(['/info', '/tei/info'])('%s tells the model', async (path) => {
    const answer = await app.request(path)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({
      model_id: 'disranker',
      model_dtype: 'int8',
      model_type: { reranker: { id2label: { '0': 'LABEL_0' }, label2id: { LABEL_0: 0 } } },
      max_input_length: 48,
      max_client_batch_size: DEFAULT_LIMITS.documents,
      auto_truncate: true,
    })
  })

  it('/tei/health is 200 with an empty body', async () => {
    const answer = await app.request('/tei/health')
    expect([answer.status, await answer.text()]).toEqual([200, ''])
    expect((await app.request('/health')).status).toBe(200)
  })

  it.each(['/tokenize', '/tei/tokenize'])('%s gives tokens', async (path) => {
    const { body } = await ask(path, { inputs: ['buffer', 'a lock'], add_special_tokens: false })
    expect(body).toHaveLength(2)
    expect(body[0].map(({ text }: { text: string }) => text).join('')).toMatch(/buffer/)
    const [tokens] = (await ask(path, { inputs: 'buffer' })).body
    expect(tokens.at(0)).toEqual({
      id: expect.any(Number),
      text: '[CLS]',
      special: true,
      start: null,
      stop: null,
    })
    expect(tokens.at(-1)).toMatchObject({ text: '[SEP]', special: true })
    expect(tokens.slice(1, -1)).toEqual(body[0])
    const large = await ask(path, { inputs: 'a'.repeat(70_000) })
    expect([large.status, large.body.error_type]).toEqual([413, 'Validation'])
  })

  it('tells errors of paths it does not have in its shape', async () => {
    const answer = await app.request('/tei/embed')
    expect(await answer.json()).toEqual({ error: expect.any(String), error_type: 'Validation' })
  })
})

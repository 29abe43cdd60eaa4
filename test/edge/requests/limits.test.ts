// The app in Node: the same code as in workerd, with limits small enough to meet.
import { createApp, DEFAULT_LIMITS, type RerankAnswer } from '@disranker/edge'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { EXAMPLE } from '../served/example-texts.ts'
import { randomBundle } from '../served/served-example.ts'

const query = EXAMPLE.queries[0]!.text
const documents = EXAMPLE.documents.slice(0, 20).map(({ title, summary }) => ({ title, summary }))
const files = randomBundle()

function ask(app: ReturnType<typeof createApp>, body: Record<string, unknown>) {
  return app.request('/v2/rerank', {
    method: 'POST',
    body: JSON.stringify({ model: 'disranker', query, documents, ...body }),
  })
}

describe('tokens of a request', () => {
  // 20 documents of at most 48 tokens could come to 960
  const app = createApp({ bundle: async () => files, limits: { ...DEFAULT_LIMITS, tokens: 500 } })

  it('are counted as the model reads them, and refused past the limit', async () => {
    const whole = await ask(createApp({ bundle: async () => files }), {})
    const { tokens } = ((await whole.json()) as RerankAnswer).meta
    expect(tokens.input_tokens).toBeGreaterThan(500)
    const response = await ask(app, {})
    expect(response.status).toBe(422)
    expect(((await response.json()) as { message: string }).message).toContain(
      'has more than the 500 tokens that this server reads',
    )
  })

  it('become fewer by max_tokens_per_doc and by fewer documents', async () => {
    const cut = await ask(app, { max_tokens_per_doc: 3 })
    expect(cut.status).toBe(200)
    const { meta, results } = (await cut.json()) as RerankAnswer
    // [CLS] query [SEP] 3 tokens [SEP], for every document
    expect(meta.tokens.input_tokens).toBeLessThanOrEqual(20 * (16 + 3 + 4))
    expect(results).toHaveLength(20)
    expect((await ask(app, { documents: documents.slice(0, 5) })).status).toBe(200)
  })

  it('are cut at whole words, from a text of any size', async () => {
    const long = `${'buffer '.repeat(3)}${'x'.repeat(2_000_000)}`
    const answers = [long, 'buffer buffer buffer'].map(async (text) => {
      const response = await ask(app, { documents: [text], max_tokens_per_doc: 3 })
      return ((await response.json()) as RerankAnswer).results
    })
    const [cut, short] = await Promise.all(answers)
    expect(cut).toEqual(short)
  })
})

describe('the name of the model', () => {
  it('is the one that was given', async () => {
    const app = createApp({ bundle: async () => files, model: 'mine' })
    expect((await ask(app, { model: 'mine' })).status).toBe(200)
    expect((await ask(app, {})).status).toBe(404)
  })
})

describe('a fault of the server', () => {
  it('is a 500 that tells an id and nothing of the inside', async () => {
    const app = createApp({ bundle: async () => files })
    app.get('/fault', () => {
      throw new Error('inside')
    })
    const response = await app.request('/fault')
    const { id, message } = (await response.json()) as { id: string; message: string }
    expect(response.status).toBe(500)
    expect(message).toBe(`The server failed on this request. Its log has the cause under id ${id}.`)
  })
})

describe('the log', () => {
  afterEach(() => void vi.restoreAllMocks())

  it('holds ids and causes, and no word of a query or a document', async () => {
    const lines: string[] = []
    for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
      vi.spyOn(console, method).mockImplementation((...words) => void lines.push(words.join(' ')))
    const secret = 'xyzzy'
    const texts = { query: secret, documents: [secret, { title: secret, summary: secret }] }
    const good = createApp({ bundle: async () => files })
    const damaged = createApp({ bundle: async () => ({ ...files, 'model.onnx': new Uint8Array(9) }) })
    const answers = await Promise.all([
      ask(good, texts),
      ask(good, { ...texts, documents: [secret, 3] }),
      ask(good, { ...texts, model: secret }),
      good.request('/v2/rerank', { method: 'POST', body: `{"query": "${secret}` }),
      ask(damaged, texts),
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 404, 400, 503])
    expect(lines).toHaveLength(5)
    const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(told.map(({ status }) => status).toSorted()).toEqual([200, 400, 400, 404, 503])
    const failed = told.find(({ status }) => status === 503)
    expect(failed).toMatchObject({ level: 'error', event: 'request', route: '/v2/rerank' })
    expect(failed!.fault).toMatch(/^The model bundle cannot be used: model\.onnx/)
    expect(told.find(({ status }) => status === 200)).toMatchObject({
      documents: 2,
      cache: 'miss',
      level: 'info',
    })
    const all = [...lines, ...(await Promise.all(answers.map((answer) => answer.text())))].join('\n')
    expect(all).not.toContain(secret)
  })
})

// Documents that no model here reads, those without a word, texts that are no Unicode, and fields that are not used: refused or
// told, in every API alike.
import { createApp, createDialects, DEFAULT_LIMITS } from '@disranker/edge'
import { describe, expect, it } from 'vitest'
import { EXAMPLE } from '../served/example-texts.ts'
import { damagedBundle, randomBundle } from '../served/served-example.ts'

const query = EXAMPLE.queries[0]!.text
const texts = EXAMPLE.documents.slice(0, 3).map(({ title, summary }) => `${title}. ${summary}`)
const app = createApp({
  bundle: async () => randomBundle(),
  aliases: new Map([['rerank-v3.5', 'disranker']]),
})
const PICTURE = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk'

async function ask(path: string, body: object, headers: Record<string, string> = {}) {
  const answer = await app.request(path, { method: 'POST', body: JSON.stringify(body), headers })
  const text = await answer.text()
  return {
    status: answer.status,
    text,
    body: JSON.parse(text),
    warned: answer.headers.get('x-disranker-warnings'),
  }
}

const { all } = createDialects(DEFAULT_LIMITS)
/** the body of an API with other texts, in the place where its own example has them */
const withTexts = (example: object, replaced: readonly unknown[]) =>
  JSON.parse(JSON.stringify(example), (key, value: unknown) =>
    Array.isArray(value) && ['documents', 'texts', 'passages', 'input'].includes(key)
      ? replaced.map((text) =>
          typeof text === 'string' && isObject(value[0]) ? { ...value[0], text } : text,
        )
      : value,
  )
const isObject = (value: unknown) => typeof value === 'object' && value !== null

describe('a picture', () => {
  it.each(all.map(({ name, paths, example }) => ({ name, path: paths[0], example })))(
    '$name refuses it as a text, naming the document',
    async ({ path, example }) => {
      const { status, text } = await ask(path, withTexts(example, [PICTURE, 'a text']))
      expect(status).toBe(400)
      expect(text).toMatch(/\[0\](\.text)?: is a data URI, and models here read text/)
      expect(text).not.toContain('iVBOR')
    },
  )

  it.each(['/v1/rerank', '/v2/rerank', '/rerank'])(
    '%s refuses it in the fields of other APIs',
    async (path) => {
      const model = path === '/v2/rerank' ? { model: 'disranker' } : {}
      for (const [document, message] of [
        [{ image: PICTURE }, /^documents\[1\]: is a document of "image" without a text/],
        [{ id: 'a', image_url: 'https://a.test/b.png' }, /^documents\[1\]: is a document of "image_url"/],
        [{ text: PICTURE }, /^documents\[1\]\.text: is a data URI/],
        [{ body: PICTURE }, /^documents\[1\]\.body: is a data URI/],
        [
          { content: [{ type: 'image_url', image_url: { url: PICTURE } }] },
          /^documents\[1\]\.content\[0\]: is no part of type "text"/,
        ],
      ] as const) {
        const { status, body } = await ask(path, { ...model, query, documents: ['a text', document] })
        expect([status, body.message]).toEqual([400, expect.stringMatching(message)])
      }
      const query2 = await ask(path, { ...model, query: PICTURE, documents: texts })
      expect([query2.status, query2.body.message]).toEqual([
        400,
        expect.stringMatching(/^query: is a data URI/),
      ])
    },
  )

  it('next to a text is not read, and a warning says so', async () => {
    const { status, body, warned } = await ask('/v1/rerank', {
      query,
      documents: [texts[0], { text: texts[1], image: PICTURE }],
    })
    expect(status).toBe(200)
    expect(warned).toMatch(/^documents\[1\] has a picture, a sound or a file, which was not read/)
    expect(body.meta.warnings).toEqual([warned])
    const plain = await ask('/v1/rerank', { query, documents: texts.slice(0, 2) })
    const scores = (answer: { results: { relevance_score: number }[] }) =>
      answer.results.map((one) => one.relevance_score)
    expect(scores(body)).toEqual(scores(plain.body))
  })
})

describe('a document without a word', () => {
  it.each([
    ['/v2/rerank', { model: 'disranker' }],
    ['/v1/rerank', { model: 'rerank-v3.5' }],
    ['/voyage/v1/rerank', { model: 'disranker' }],
  ])('%s refuses it, as Cohere and Voyage do', async (path, more) => {
    for (const documents of [
      ['', ' '],
      ['a text', '\n\t'],
    ]) {
      const { status, text } = await ask(path, { ...more, query, documents })
      expect([status, text]).toEqual([400, expect.stringMatching(/documents\[[01]\]: is blank/)])
    }
  })

  it.each(['/v1/rerank', '/rerank'])('%s ranks it last of equals elsewhere, and tells', async (path) => {
    const { status, body, warned } = await ask(path, { query, documents: [...texts, '', ' '] })
    expect([status, body.results.length]).toEqual([200, 5])
    expect(warned).toBe(
      'documents[3] is blank: it was ranked as a text without words. The same holds for 1 more.',
    )
  })
})

describe('half of a surrogate pair', () => {
  it('does not come back, in documents, names and messages', async () => {
    const bodies = [
      ['/v1/rerank', `{"query":"a","documents":["ok \\ude00 buffer","b"],"return_documents":true}`],
      ['/rerank', `{"query":"a","documents":[{"text":"x","\\ud83d":["\\udc00"]}]}`],
      ['/tei/rerank', `{"query":"a","texts":["ok \\ud800"],"return_text":true}`],
      [
        '/voyage/v1/rerank',
        `{"model":"disranker","query":"a","documents":["\\udfff"],"return_documents":true}`,
      ],
      ['/weaviate/rerank', `{"query":"\\ud800 a","documents":["\\udfff"],"property":"\\udbff"}`],
      ['/v2/rerank', `{"model":"disranker","query":"a","documents":["b"],"\\ud800":1}`],
      ['/v2/rerank', `{"model":"disranker","query":"a","documents":[{"text":3,"\\ud800":1}]}`],
    ] as const
    for (const [path, body] of bodies) {
      const answer = await app.request(path, { method: 'POST', body })
      const text = await answer.text()
      expect(JSON.stringify(JSON.parse(text)), `${path} ${body}`).not.toMatch(/\\ud[89a-f]/)
      expect(text).not.toMatch(/\\ud[89a-f]/i)
    }
  })
})

describe('what is not used', () => {
  it('is told in a header by every API, and in the answer where it has a place for it', async () => {
    for (const { paths, example } of all) {
      const { status, warned } = await ask(paths[0], { ...example, no_such_field: 1 })
      expect([paths[0], status, warned]).toEqual([
        paths[0],
        200,
        'The field "no_such_field" is not known and was ignored.',
      ])
    }
    const many = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, at) => [`field-${'x'.repeat(90)}-${at}`, at]),
    )
    const { warned } = await ask('/v1/rerank', { query, documents: texts, ...many })
    expect(warned!.length).toBeLessThan(1_200)
    expect(warned).toMatch(/So were 2992 more fields\.$/)
  })

  it('is refused where the answer would not be what was asked for, and taken where it asks for nothing', async () => {
    for (const { paths, example, fields } of all)
      for (const [name, { fate, harmless }] of Object.entries(fields.unused)) {
        const nothing = await ask(paths[0], { ...example, [name]: harmless[0] ?? null })
        expect([paths[0], name, nothing.status, nothing.warned]).toEqual([paths[0], name, 200, null])
        const value = name === 'priority' ? 5 : { a: 1 }
        const asked = await ask(paths[0], { ...example, [name]: value })
        expect([paths[0], name, asked.status]).toEqual([paths[0], name, fate === 'refused' ? 400 : 200])
        expect(asked.warned ?? asked.text).toContain(name)
      }
  })
})

describe('flags', () => {
  it.each(['true', 'True', true])('are taken as forms send them: %j', async (flag) => {
    // RAGFlow sends "return_documents": "true"
    const { status, body } = await ask('/v1/rerank', { query, documents: texts, return_documents: flag })
    expect([status, body.results[0].document]).toEqual([200, { text: expect.any(String) }])
    const { body: bare } = await ask('/v1/rerank', { query, documents: texts, return_documents: 'false' })
    expect(bare.results[0].document).toBeUndefined()
  })
})

describe('scores', () => {
  it('are never written as whole numbers, which typed clients read as another type', async () => {
    const broken = createApp({ bundle: async () => damagedBundle() })
    for (const { paths, example, name } of all) {
      const body = JSON.stringify({ ...example, on_error: 'passthrough' })
      const text = await (await broken.request(paths[0], { method: 'POST', body })).text()
      // Java casts what it has parsed to Double: an Integer fails
      expect([name, text.match(/"(?:relevance_score|score|logit)":-?\d+(?![\d.e])/i)]).toEqual([name, null])
      expect(text).toMatch(/"(relevance_score|score|logit)":-?(0\.0|3\.402823e\+?38)/)
    }
  })
})

describe('documents with an id', () => {
  it('are taken by /v2/rerank, ranked by their text and told by their id', async () => {
    const documents = texts.map((text, at) => ({ id: `n${at}`, text }))
    const { status, body } = await ask('/v2/rerank', { model: 'disranker', query, documents })
    expect(status).toBe(200)
    const plain = await ask('/v2/rerank', { model: 'disranker', query, documents: texts })
    expect(body.results).toEqual(
      plain.body.results.map((one: { index: number }) => ({ ...one, id: `n${one.index}` })),
    )
  })

  it('without a text are refused where the server keeps none', async () => {
    const { status, body } = await ask('/v2/rerank', {
      model: 'disranker',
      query,
      documents: [texts[0], { id: 'a' }],
    })
    expect([status, body.message]).toEqual([
      400,
      expect.stringMatching(/^documents\[1\]: has an id and no text/),
    ])
  })
})

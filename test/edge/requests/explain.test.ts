// `explain: true`: what a score is made of, in the APIs that have room for it, and nothing of it in an answer that was not asked for it.
import { readdirSync, readFileSync } from 'node:fs'
import { createApp, createDialects, DEFAULT_LIMITS, recordingFrom } from '@disranker/edge'
import { parseExperiments } from '@disranker/experiments'
import { describe, expect, it } from 'vitest'

/** a bundle of random weights with all three parts, from the reranker's own tests */
const FOLDER = new URL('../../../packages/reranker/src/fixtures/static-bundle/', import.meta.url)
const staticBundle = () =>
  Object.fromEntries(
    readdirSync(FOLDER).map((name) => [name, new Uint8Array(readFileSync(new URL(name, FOLDER)))]),
  )
const query = 'a lock in a file'
const documents = [
  'the file has a lock',
  'nothing',
  { title: 'Locks', text: 'of a thread' },
  { text: 'buffer' },
]
const { paths } = createDialects(DEFAULT_LIMITS)

interface Explained {
  readonly index: number
  readonly relevance_score: number
  readonly explanation?: {
    readonly score: number
    readonly parts: readonly { readonly name: string; readonly score: number }[]
    readonly matched_words: readonly string[]
  }
}

const app = createApp({ bundle: async () => staticBundle(), access: { anonymous: true } })
async function ask(path: string, more: object, to = app) {
  const answer = await to.request(`http://localhost${path}`, {
    method: 'POST',
    body: JSON.stringify({ model: 'disranker', query, documents, ...more }),
  })
  const body = await answer.json()
  expect([answer.status, body]).toEqual([200, expect.anything()])
  return { body, results: (body.results ?? body) as readonly Explained[], headers: answer.headers }
}

describe.each(['/v2/rerank', '/v1/rerank'])('%s', (path) => {
  it('explains every result by parts that sum to its score, which is that of an answer without', async () => {
    const { body, results } = await ask(path, { explain: true, raw_scores: true })
    const plain = await ask(path, { raw_scores: true })
    expect(paths[path]!.all[0]!.answerSchema.safeParse(body).error).toBeUndefined()
    expect(results.map(({ explanation: _, ...rest }) => rest)).toEqual(plain.results)
    for (const { relevance_score, explanation } of results) {
      expect(explanation!.score).toBe(relevance_score)
      expect(explanation!.parts.map(({ name }) => name)).toEqual(['network', 'lexical', 'table'])
      const sum = explanation!.parts.reduce((total, { score }) => total + score, 0)
      expect(sum).toBeCloseTo(relevance_score, 9)
    }
    const words = new Map(results.map(({ index, explanation }) => [index, explanation!.matched_words]))
    expect(words.get(0)).toEqual(['a', 'lock', 'file'])
    expect(words.get(1)).toEqual([])
    expect(words.get(2)).toEqual(['a', 'lock'])
  })

  it('explains what is given back and no more, as relevance too', async () => {
    const { results } = await ask(path, { explain: 'true', top_n: 2 })
    expect(results).toHaveLength(2)
    expect(results.every(({ explanation }) => explanation !== undefined)).toBe(true)
    expect(results.every(({ relevance_score }) => relevance_score > 0 && relevance_score < 1)).toBe(true)
  })

  it.each([{}, { explain: false }, { explain: null }])('has no explanation for %j', async (more) => {
    const { body } = await ask(path, more)
    expect(JSON.stringify(body)).not.toMatch(/explanation|warnings/)
  })

  it('refuses what is no flag', async () => {
    const answer = await app.request(`http://localhost${path}`, {
      method: 'POST',
      body: JSON.stringify({ model: 'disranker', query, documents, explain: 'all' }),
    })
    expect([answer.status, (await answer.json()).message]).toEqual([
      400,
      'explain: wanted true or false, got a string.',
    ])
  })
})

it('is described', async () => {
  const described = await (await app.request('http://localhost/openapi.json')).text()
  expect(described.match(/"explain":/g)).toHaveLength(2)
  expect(described).toContain('matched_words')
})

it('is a field that other APIs do not know, and say so', async () => {
  const { results, headers } = await ask('/rerank', { explain: true })
  expect(JSON.stringify(results)).not.toContain('explanation')
  expect(headers.get('x-disranker-warnings')).toContain('The field "explain" is not known and was ignored.')
})

it('is left out, with a warning, where an experiment made the order', async () => {
  const hour = 3_600_000
  const running = parseExperiments(
    JSON.stringify({
      experiments: [
        {
          name: 'test',
          unit: 'client_id',
          design: 'team-draft',
          arms: [
            { name: 'today', model: 'request-order' },
            { name: 'reranked', model: 'disranker' },
          ],
          start: new Date(Date.now() - hour).toISOString(),
          end: new Date(Date.now() + hour).toISOString(),
        },
      ],
    }),
  )
  const own = { write: async () => {}, name: 'nowhere' }
  const settings = { RECORD_SECRETS: 'a secret that is long enough', RECORD_CLIENT_IDS: 'plain' }
  const online = createApp({
    bundle: async () => staticBundle(),
    access: { anonymous: true },
    recording: recordingFrom(settings, { own })!,
    experiments: async () => running,
  })
  const { results, body } = await ask(
    '/v2/rerank',
    { explain: true, ubi: { client_id: 'c1', object_ids: ['a', 'b', 'c', 'd'] } },
    online,
  )
  expect(results).toHaveLength(4)
  expect(JSON.stringify(results)).not.toContain('explanation')
  expect(body.meta.warnings).toEqual(['The field "explain" was not used: an experiment decided the order.'])
})

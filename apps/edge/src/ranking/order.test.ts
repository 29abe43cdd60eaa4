import { readdirSync, readFileSync } from 'node:fs'
import type { Session } from '@disranker/reranker'
import { expect, it } from 'vitest'
import { createApp } from '../create-app.ts'
import { DEFAULT_LIMITS } from '../limits.ts'
import { nativeEngine } from '../node/native-engine.ts'

const folder = new URL('../../../../packages/reranker/src/fixtures/tiny-bundle/', import.meta.url)
const bundle = async () =>
  Object.fromEntries(
    readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(new URL(name, folder)))]),
  )
const documents = Array.from({ length: 30 }, (_, at) => `${at} memory is used after it was freed`)

/** The native engine; it tells how many texts it computes. */
async function counting() {
  const create = (await nativeEngine(1))!
  const count = { texts: 0 }
  const own = async (...given: Parameters<typeof create>): Promise<Session> => {
    const session = await create(...given)
    return {
      ...session,
      run(texts) {
        count.texts += texts.length
        return session.run(texts)
      },
    }
  }
  return { own, count }
}

it.each(['a query of all', 'a query of each'])(
  'the document that passes the budget is read, and not computed: %s',
  async (kind) => {
    const { own, count } = await counting()
    const app = createApp({ bundle, engines: { own }, limits: { ...DEFAULT_LIMITS, tokens: 200 } })
    const body =
      kind === 'a query of all'
        ? { query: 'use after free', texts: documents }
        : { query: documents.map((_, at) => `use ${at}`), texts: documents }
    const [path, sent] =
      kind === 'a query of all'
        ? ['/tei/rerank', { ...body, truncate: true }]
        : ['/score', { model: 'disranker', text_1: body.query, text_2: body.texts }]
    const answer = await app.request(path, {
      method: 'POST',
      headers: { 'x-on-error': 'passthrough' },
      body: JSON.stringify({ ...sent, on_error: 'passthrough' }),
    })
    expect(answer.status).toBe(200)
    const within = Number(/number (\d+) on/.exec(answer.headers.get('x-disranker-passthrough')!)?.[1])
    expect(within).toBeGreaterThan(3)
    expect(count.texts).toBe(within)
  },
)

// What a request costs and whom: only what was computed is counted, and what one caller asks for changes nothing for another. That
// no document past the budget is computed stands in ranking/order.test.ts.
import { createHash } from 'node:crypto'
import { createApp, DEFAULT_LIMITS } from '@disranker/edge'
import { expect, it } from 'vitest'
import { bodyOf } from '../hostile/mishaps.ts'
import { EXAMPLE } from '../served/example-texts.ts'
import { randomBundle } from '../served/served-example.ts'

const files = randomBundle()
const documents = EXAMPLE.documents.slice(0, 60).map(({ title, summary }) => ({ title, summary }))
const query = EXAMPLE.queries[0]!.text
type App = ReturnType<typeof createApp>
const ask = (app: App, body: object, headers: Record<string, string> = {}) =>
  app.request('/v2/rerank', {
    method: 'POST',
    headers,
    body: JSON.stringify({ model: 'disranker', query, documents, ...body }),
  })

it('tokens of remembered scores are not counted again', async () => {
  let units = 0
  const limit = async () => {
    units++
    return { success: true }
  }
  const access = {
    anonymous: true,
    rateLimiter: (name: string) => (name === 'TOKEN_LIMIT' ? { limit } : undefined),
  }
  const app = createApp({ bundle: async () => files, access })
  const counted = async (body: object) => {
    units = 0
    const answer = await ask(app, body)
    expect(answer.status).toBe(200)
    return [answer.headers.get('x-disranker-cache'), units]
  }
  const [state, first] = await counted({})
  expect(state).toBe('miss')
  expect(first).toBeGreaterThan(1)
  expect(await counted({ documents: [...documents, 'a lock'] })).toEqual(['partial', 1])
  expect(await counted({ documents: documents.slice(3) })).toEqual(['hit', 1])
})

it("one caller's passthrough does not make the server read the bodies of others when it is busy", async () => {
  const keys = Object.entries({ mine: 'a', theirs: 'b', busy: 'c' }).map(([name, key]) => ({
    name,
    sha256: new Uint8Array(createHash('sha256').update(key).digest()),
  }))
  const app = createApp({
    bundle: async () => files,
    access: { keys },
    limits: { ...DEFAULT_LIMITS, queueTokens: 1 },
  })
  const bearer = (key: string) => ({ authorization: `Bearer ${key}`, 'cache-control': 'no-store' })
  expect((await ask(app, { on_error: 'passthrough' }, bearer('a'))).status).toBe(200)
  const large = JSON.parse(bodyOf(1_000, 3, 40)) as object
  const running = [1, 2, 3].map(() => ask(app, large, bearer('c')))
  const queued = async () => {
    const text = await (await app.request('/metrics', { headers: bearer('c') })).text()
    return Number(/^disranker_queue_tokens (\d+)$/m.exec(text)![1])
  }
  while ((await queued()) < 80_000) await new Promise((resolve) => setTimeout(resolve))
  // a body that never comes, of about as many tokens: a server that waits for it does not answer
  const refused = await app.request('/v2/rerank', {
    method: 'POST',
    headers: { ...bearer('b'), 'content-length': '150000' },
    body: new ReadableStream({}),
    duplex: 'half',
  } as RequestInit)
  expect(refused.status).toBe(503)
  expect(await refused.text()).toContain('The server is busy')
  expect((await ask(app, { ...large, on_error: 'passthrough' }, bearer('a'))).status).toBe(200)
  await Promise.all(running)
})

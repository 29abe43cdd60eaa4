// Callers with keys of their own, in one server: what they share, and what they pay.
import { createHash } from 'node:crypto'
import { createApp, parseKeys } from '@disranker/edge'
import { describe, expect, it } from 'vitest'
import { EXAMPLE } from '../served/example-texts.ts'
import { randomBundle } from '../served/served-example.ts'

const query = EXAMPLE.queries[0]!.text
const documents = EXAMPLE.documents.slice(0, 30).map(({ summary }) => summary)
const body = JSON.stringify({ model: 'disranker', query, documents })

describe('tenants', () => {
  const keys = parseKeys(
    JSON.stringify(
      Object.fromEntries(
        ['shop', 'rival'].map((name) => [name, createHash('sha256').update(name).digest('hex')]),
      ),
    ),
  )
  /** a Cache API of this process */
  const platformCache = () => {
    const kept = new Map<string, Response>()
    return {
      match: async ({ url }: Request) => kept.get(url)?.clone(),
      put: async ({ url }: Request, response: Response) => void kept.set(url, response),
    }
  }
  const ask = async (app: ReturnType<typeof createApp>, key: string, text = body) => {
    const answer = await app.request('/v2/rerank', {
      method: 'POST',
      body: text,
      headers: { authorization: `Bearer ${key}` },
    })
    return [answer.status, answer.headers.get('x-disranker-cache')]
  }
  const part = JSON.stringify({ model: 'disranker', query, documents: documents.slice(1) })

  it('do not learn from caches what others asked', async () => {
    const bundle = async () => randomBundle()
    const app = createApp({ bundle, access: { keys }, cache: platformCache() })
    expect(await ask(app, 'shop')).toEqual([200, 'miss'])
    expect(await ask(app, 'shop')).toEqual([200, 'hit'])
    expect(await ask(app, 'shop', part)).toEqual([200, 'hit'])
    expect(await ask(app, 'rival')).toEqual([200, 'miss'])
    expect(await ask(app, 'rival', part)).toEqual([200, 'hit'])
  })

  it('share them where the operator says so, as long as the code is the same', async () => {
    const bundle = async () => randomBundle()
    const cache = platformCache()
    const options = { bundle, access: { keys }, cache, shareCaches: true }
    expect(await ask(createApp({ ...options, deployment: 'a' }), 'shop')).toEqual([200, 'miss'])
    expect(await ask(createApp({ ...options, deployment: 'a' }), 'rival')).toEqual([200, 'hit'])
    expect(await ask(createApp({ ...options, deployment: 'b' }), 'rival')).toEqual([200, 'miss'])
  })

  it('pay by the tokens that were computed', async () => {
    const spent = new Map<string, number>()
    const limiter = {
      async limit({ key }: { key: string }) {
        spent.set(key, (spent.get(key) ?? 0) + 1)
        return { success: true }
      },
    }
    const app = createApp({
      bundle: async () => randomBundle(),
      access: { keys, rateLimiter: () => limiter },
    })
    await ask(app, 'shop')
    // 30 documents come to more than 1,000 tokens: one unit at the admission, one after
    expect(spent.get('tokens key shop')).toBe(2)
    await ask(app, 'shop')
    expect(spent.get('tokens key shop')).toBe(3)
    for (let at = 0; at < 3; at++)
      await app.request('/metrics', { headers: { authorization: 'Bearer shop' } })
    expect(spent.get('key shop')).toBe(2)
  })
})

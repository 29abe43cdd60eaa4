import { describe, expect, it } from 'vitest'
import { answerId, createAnswerCache, type PlatformCache } from './answer-cache.ts'

/** A cache that is a map. */
function mapCache(): PlatformCache & { readonly kept: Map<string, Response> } {
  const kept = new Map<string, Response>()
  return {
    kept,
    match: async ({ url }) => kept.get(url)?.clone(),
    put: async ({ url }, response) => void kept.set(url, response),
  }
}
const answer = { body: '{"a":1}', documents: 3, tokens: 40 }

describe('the answer cache', () => {
  it('gives back what it was given, for as long as it was told', async () => {
    const platform = mapCache()
    const cache = createAnswerCache(platform, 60)
    expect(await cache.get('k')).toBeUndefined()
    await cache.put('k', answer)
    expect(await cache.get('k')).toEqual(answer)
    expect([...platform.kept.values()][0]!.headers.get('cache-control')).toBe('max-age=60')
  })

  it('keeps nothing when it is off, or away', async () => {
    for (const cache of [createAnswerCache(mapCache(), 0), createAnswerCache(undefined, 60)]) {
      expect(cache.seconds).toBe(0)
      await cache.put('k', answer)
      expect(await cache.get('k')).toBeUndefined()
    }
    const fail = () => Promise.reject(new Error('away'))
    const broken = createAnswerCache({ match: fail, put: fail }, 60)
    await broken.put('k', answer)
    expect(await broken.get('k')).toBeUndefined()
  })
})

describe('the key of an answer', () => {
  it('depends on every part and on where parts begin', async () => {
    const { keyOf } = createAnswerCache(undefined, 60)
    const [one, other] = ['0123456789abcdef'.repeat(4), 'fedcba9876543210'.repeat(4)]
    const all = [
      [one, 'a', 'b'],
      [one, 'ab'],
      [one, 'a', 'c'],
      [one, '', 'ab'],
      [other, 'a', 'b'],
    ] as const
    const keys = await Promise.all(all.map((parts) => keyOf(parts[0], ...parts.slice(1))))
    expect(new Set(keys).size).toBe(5)
    // each half, too: an id is made of one
    for (const half of [0, 32]) expect(new Set(keys.map((key) => key.slice(half, half + 32))).size).toBe(5)
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{64}$/)
    expect(await keyOf(one, 'a', 'b')).toBe(keys[0])
    expect(answerId(keys[0]!)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
  })
})

import { expect, it } from 'vitest'
import { createAnswerCache } from '../ranking/answer-cache.ts'
import { memoryCache } from './memory-cache.ts'

const answer = (body: string) => ({ body, documents: 2, tokens: 30 })

it('gives back whole answers for as long as they are good', async () => {
  let now = 1_000_000
  const cache = createAnswerCache(
    memoryCache(100_000, () => now),
    60,
  )
  expect(await cache.get('a')).toBeUndefined()
  await cache.put('a', answer('{"results":[]}'))
  expect(await cache.get('a')).toEqual(answer('{"results":[]}'))
  expect(await cache.get('b')).toBeUndefined()
  now += 59_000
  expect(await cache.get('a')).toBeDefined()
  now += 2_000
  expect(await cache.get('a')).toBeUndefined()
})

it('holds no more than its bytes: the longest unused answer goes, and one that is too large is not kept', async () => {
  const cache = createAnswerCache(memoryCache(11_000), 60)
  for (const key of ['a', 'b', 'c']) {
    await cache.put(key, answer(key.repeat(2_000)))
    await cache.get('a')
  }
  const there = await Promise.all(['a', 'b', 'c'].map((key) => cache.get(key)))
  expect(there.map((one) => one !== undefined)).toEqual([true, false, true])
  await cache.put('large', answer('x'.repeat(10_000)))
  expect(await cache.get('large')).toBeUndefined()
})

import { describe, expect, it } from 'vitest'
import { createScoreCache, scoreKeys } from './score-cache.ts'

const scored = (score: number) => ({ score, tokens: 1 })

describe('the score cache', () => {
  it('forgets the longest unused first and stays within its bytes', () => {
    const cache = createScoreCache(3 * 256 + 100)
    for (const key of ['a', 'b', 'c']) cache.set(key, scored(1))
    expect(cache.get('a')).toEqual(scored(1))
    cache.set('d', scored(4))
    expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true, true])
    expect(cache.bytes).toBe(3 * 256)
  })

  it('of no bytes remembers nothing', () => {
    const cache = createScoreCache(0)
    cache.set('a', scored(1))
    expect([cache.get('a'), cache.bytes]).toEqual([undefined, 0])
  })
})

describe('the keys', () => {
  it('differ by bundle, query, document and by where one text ends', async () => {
    const of = (version: string, query: string, documents: readonly unknown[]) =>
      scoreKeys([version], () => query, documents)
    const keys = [
      ...(await of('v1', 'query', ['one', 'two', { title: 'one' }, { summary: 'one' }])),
      ...(await of('v2', 'query', ['one'])),
      ...(await of('v1', 'quer', ['yone', 'one'])),
    ]
    expect(new Set(keys).size).toBe(7)
    expect(await of('v1', 'query', ['two'])).toEqual([keys[1]])
    expect(keys.every((key) => key.length === 44)).toBe(true)
    // a query of its own for each document
    const queries = ['query', 'quer']
    expect(await scoreKeys(['v1'], (index) => queries[index]!, ['two', 'one'])).toEqual([keys[1], keys[6]])
  })
})

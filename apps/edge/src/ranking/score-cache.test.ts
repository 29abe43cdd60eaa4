import { describe, expect, it } from 'vitest'
import type { RequestDocument } from './ranking-request.ts'
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
    const of = (version: string, query: string, documents: readonly RequestDocument[]) =>
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

  it('of long texts differ by every character, and by where one part ends', async () => {
    const [full, long] = ['x'.repeat(65_536), 'x'.repeat(200_000)]
    const documents: RequestDocument[] = [
      ...[long, `${long}y`, `y${long}`, { title: long }, { summary: long }, { title: full, summary: long }],
      // a character that lies across two slices
      ...['\u{1F600}', '\u{1F601}'].map((face) => `${full.slice(1)}${face}${full}`),
      ...[
        { title: full, summary: '' },
        { title: full, summary: full },
        { title: `${full}${full}` },
        `${full}${full}`,
      ],
    ]
    const keys = await scoreKeys(['v1'], () => 'query', documents)
    expect(new Set(keys).size).toBe(documents.length)
    expect(await scoreKeys(['v1'], () => 'query', documents)).toEqual(keys)
  })
})

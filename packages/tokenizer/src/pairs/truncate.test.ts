import fc from 'fast-check'
import { expect, it } from 'vitest'
import { truncate, truncateLongestFirst } from './truncate.ts'

it('takes from the longer of title and summary, then from both, then from the query', () => {
  expect(truncate([5, 4, 10], 19)).toEqual([5, 4, 10])
  expect(truncate([5, 4, 10], 15)).toEqual([5, 4, 6])
  expect(truncate([5, 4, 10], 12)).toEqual([5, 4, 3])
  expect(truncate([5, 10, 4], 12)).toEqual([5, 4, 3])
  expect(truncate([5, 4, 10], 5)).toEqual([5, 0, 0])
  expect(truncate([5, 4, 10], 3)).toEqual([3, 0, 0])
})

it('keeps its promises for all lengths', () => {
  const length = fc.nat({ max: 40 })
  fc.assert(
    fc.property(length, length, length, length, (query, title, summary, room) => {
      const [q, t, s] = truncate([query, title, summary], room)
      // as long as allowed, and no longer
      expect(q + t + s).toBe(Math.min(room, query + title + summary))
      expect(q >= 0 && t >= 0 && s >= 0 && q <= query && t <= title && s <= summary).toBe(true)
      // the query goes last
      if (q < query) expect(t + s).toBe(0)
      // what was cut did not become much shorter than what was not
      if (t < title) expect(t).toBeGreaterThanOrEqual(s)
      if (s < summary) expect(s).toBeGreaterThanOrEqual(t - 1)
    }),
    { seed: 1, numRuns: 1000 },
  )
})

// of tokenizers 0.23.3 (Rust), enable_truncation(strategy="longest_first"): query, document, room, and what stays of both
it.each([
  [3, 4, 7, 3, 4],
  [3, 20, 7, 3, 4],
  [4, 4, 7, 3, 4],
  [5, 3, 7, 4, 3],
  [5, 4, 7, 4, 3],
  [5, 5, 7, 3, 4],
  [9, 0, 7, 7, 0],
  [9, 7, 7, 4, 3],
  [9, 20, 7, 3, 4],
  [0, 20, 8, 0, 8],
  [1, 20, 8, 1, 7],
  [5, 4, 8, 4, 4],
  [9, 2, 8, 6, 2],
  [9, 20, 8, 4, 4],
])('cuts %i and %i tokens to %i as the longest-first of tokenizers does', (query, document, room, q, d) => {
  expect(truncateLongestFirst(query, document, room)).toEqual([q, d])
})

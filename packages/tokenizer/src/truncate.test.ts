import fc from 'fast-check'
import { expect, it } from 'vitest'
import { truncate } from './truncate.ts'

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

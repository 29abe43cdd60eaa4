import { expect, it } from 'vitest'
import { kendall } from './kendall.ts'

it('is that of a hand-counted example', () => {
  // of 6 pairs 5 are ordered alike
  expect(kendall([1, 2, 3, 4], [1, 2, 4, 3])).toBeCloseTo(4 / 6)
  expect(kendall([1, 2, 3], [10, 20, 30])).toBe(1)
  expect(kendall([1, 2, 3], [3, 2, 1])).toBe(-1)
})

it('counts ties as tau-b does', () => {
  // scipy.stats.kendalltau([1, 2, 2, 3], [1, 2, 3, 4]) = 0.9128709
  expect(kendall([1, 2, 2, 3], [1, 2, 3, 4])).toBeCloseTo(0.9128709, 6)
  // 2 pairs agree, 1 is a tie on the right: 2 / sqrt(3 * 2)
  expect(kendall([1, 2, 3], [10, 20, 20])).toBeCloseTo(2 / Math.sqrt(6), 12)
})

it('is 1 where neither list orders anything, and 0 where one of them does', () => {
  expect(kendall([1], [1])).toBe(1)
  expect(kendall([1, 1], [1, 1])).toBe(1)
  expect(kendall([1, 2], [1, 1])).toBe(0)
})

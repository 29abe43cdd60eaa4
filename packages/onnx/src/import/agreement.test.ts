import { expect, it } from 'vitest'
import { kendallTau } from './agreement.ts'

it('is that of a hand-counted example', () => {
  // of 6 pairs 5 are ordered alike
  expect(kendallTau([1, 2, 3, 4], [1, 2, 4, 3])).toBeCloseTo(4 / 6)
  expect(kendallTau([1, 2, 3], [10, 20, 30])).toBe(1)
  expect(kendallTau([1, 2, 3], [3, 2, 1])).toBe(-1)
})

it('counts ties as tau-b does', () => {
  // scipy.stats.kendalltau([1, 2, 2, 3], [1, 2, 3, 4]) = 0.9128709
  expect(kendallTau([1, 2, 2, 3], [1, 2, 3, 4])).toBeCloseTo(0.9128709, 6)
  expect(kendallTau([1, 1], [1, 1])).toBe(1)
})

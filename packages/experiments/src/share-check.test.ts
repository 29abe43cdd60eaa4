import { expect, it } from 'vitest'
import { shareStatistic, sharesMismatch } from './share-check.ts'

it('is the chi-square of Pearson: counts against weights', () => {
  // by hand: expected 60 and 40
  expect(shareStatistic([50, 50], [3, 2])).toBeCloseTo(100 / 60 + 100 / 40, 12)
  expect(shareStatistic([30, 30, 30], [1, 1, 1])).toBe(0)
  expect(shareStatistic([0, 0], [1, 1])).toBe(0)
})

it('alarms far from the weights, and not at what chance does', () => {
  expect(sharesMismatch([98_000, 102_000], [1, 1])).toBe(true)
  expect(sharesMismatch([99_600, 100_400], [1, 1])).toBe(false)
  expect(sharesMismatch([33_000, 33_500, 33_500], [1, 1, 1])).toBe(false)
  expect(sharesMismatch([10], [1])).toBe(false)
})

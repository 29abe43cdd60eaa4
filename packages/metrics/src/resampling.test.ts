import { expect, it } from 'vitest'
import { estimate, estimateDifference, randomisationTest, ratio } from './resampling.ts'

const mean = (values: number[]) => values.map((above) => ({ above, below: 1 }))
const resampling = { samples: 4000, seed: 1 }

it('a ratio is of sums, not a mean of ratios', () => {
  expect(
    ratio([
      { above: 1, below: 2 },
      { above: 5, below: 1 },
    ]),
  ).toBe(2)
  expect(ratio([])).toBe(0)
})

it('the interval of a mean is about 1.96 standard errors to each side', () => {
  const values = Array.from({ length: 200 }, (_, i) => (i % 10) / 10) // mean 0.45, deviation 0.2872
  const { value, low, high } = estimate(mean(values), resampling)
  const error = (1.96 * 0.28723) / Math.sqrt(200)
  expect(value).toBeCloseTo(0.45, 10)
  expect(low).toBeCloseTo(0.45 - error, 2)
  expect(high).toBeCloseTo(0.45 + error, 2)
})

it('pairing takes out what the queries share', () => {
  const hard = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 0.9 : 0.1))
  const better = hard.map((value) => value + 0.05)
  const { value, low, high } = estimateDifference(mean(better), mean(hard), resampling)
  for (const bound of [value, low, high]) expect(bound).toBeCloseTo(0.05, 10)
})

it('the randomisation test agrees with all sign patterns', () => {
  // differences 1 2 3: |sum| >= 6 in 2 of 8 patterns, p = 0.25
  expect(randomisationTest([1, 2, 3], [0, 0, 0], { samples: 40_000, seed: 2 })).toBeCloseTo(0.25, 2)
  expect(randomisationTest([1, 2], [1, 2], resampling)).toBe(1)
})

it('the same seed gives the same figures', () => {
  const queries = mean([0.1, 0.5, 0.9, 0.3])
  expect(estimate(queries, resampling)).toEqual(estimate(queries, resampling))
})

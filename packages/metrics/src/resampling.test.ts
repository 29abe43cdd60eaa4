import { describe, expect, it } from 'vitest'
import type { Part } from './ranking-metrics.ts'
import {
  bootstrap,
  drawSamples,
  pairedBootstrap,
  quantile,
  randomisationTest,
  seededUniform,
} from './resampling.ts'

const mean = (values: readonly number[]): Part[] => values.map((value) => [value, 1])
const zeros = (count: number) => mean(Array.from({ length: count }, () => 0))
const resampling = { samples: 2000, seed: 1 }

describe('the bootstrap', () => {
  it('of a mean reaches about 1.96 standard errors to each side', () => {
    // 0, .1, ..., .9 twenty times: mean .45, deviation sqrt(.0825) = .28723
    const values = Array.from({ length: 200 }, (_, i) => (i % 10) / 10)
    const { value, low, high } = bootstrap(mean(values), drawSamples(200, resampling))
    const reach = (1.96 * 0.28723) / Math.sqrt(200)
    expect(value).toBeCloseTo(0.45, 10)
    expect(low).toBeCloseTo(0.45 - reach, 2)
    expect(high).toBeCloseTo(0.45 + reach, 2)
  })

  it('covers the truth in about 95 of 100 experiments', () => {
    const uniform = seededUniform(5)
    let covered = 0
    for (let experiment = 0; experiment < 300; experiment++) {
      const values = Array.from({ length: 60 }, uniform)
      const { low, high } = bootstrap(mean(values), drawSamples(60, { samples: 300, seed: experiment }))
      if (low <= 0.5 && 0.5 <= high) covered++
    }
    // binomial: 285 expected, deviation 3.8; percentile intervals of 60 values are a little short
    expect(covered).toBeGreaterThanOrEqual(270)
    expect(covered).toBeLessThanOrEqual(298)
  })

  it('of a difference is paired: what the queries have in common drops out', () => {
    const hard = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 0.9 : 0.1))
    const better = hard.map((value) => value + 0.05)
    const figure = pairedBootstrap(mean(better), mean(hard), drawSamples(100, resampling))
    for (const bound of [figure.value, figure.low, figure.high]) expect(bound).toBeCloseTo(0.05, 10)
  })

  it('resamples the sums of a ratio', () => {
    // samples of [2, 1] and [1, 1] are 2/1, 3/2 (twice) and 1/1
    const { value, low, high } = bootstrap(
      [
        [2, 1],
        [1, 1],
      ],
      drawSamples(2, resampling),
    )
    expect([value, low, high]).toEqual([1.5, 1, 2])
  })

  it('takes two infinite ratios for equal', () => {
    const endless: Part[] = [
      [3, 0],
      [2, 0],
    ]
    expect(pairedBootstrap(endless, endless, drawSamples(2, resampling))).toEqual({
      value: 0,
      low: 0,
      high: 0,
    })
  })

  it('gives the same figures for the same seed, and others for another', () => {
    expect(drawSamples(50, resampling)).toEqual(drawSamples(50, resampling))
    expect(drawSamples(50, { ...resampling, seed: 2 })).not.toEqual(drawSamples(50, resampling))
  })
})

describe('the randomisation test', () => {
  it('counts all swaps of few queries', () => {
    // differences 1 2 3, |sum| >= 6 for +++ and --- alone: 2 of 8
    expect(randomisationTest(mean([1, 2, 3]), zeros(3), resampling)).toBe(2 / 8)
    // differences 1 1 -2 4, sum 4. With +4, the signs of 1 1 2 give 8 4 6 6 2 2 4 0: five reach 4, as do their negatives
    expect(randomisationTest(mean([1, 1, -2, 4]), zeros(4), resampling)).toBe(10 / 16)
    expect(randomisationTest(mean([1, 2]), mean([1, 2]), resampling)).toBe(1)
  })

  it('does the same for random swaps of many', () => {
    // one query of 20 differs: every swap gives a difference as large
    const one = Array.from({ length: 20 }, (_, i) => (i === 0 ? 1 : 0))
    expect(randomisationTest(mean(one), zeros(20), resampling)).toBe(1)
    // all 40 differ to the same side: no random swap reaches that, and p is the least there is
    const all = Array.from({ length: 40 }, () => 1)
    expect(randomisationTest(mean(all), zeros(40), resampling)).toBe(1 / 2001)
  })

  it('agrees with the count of all swaps when it draws', () => {
    const values = [0.3, -0.1, 0.4, 0.2, -0.2, 0.5, 0.1, -0.3, 0.2, 0.3, -0.1, 0.4]
    const exact = randomisationTest(mean(values), zeros(12), { samples: 4096, seed: 1 })
    const drawn = randomisationTest(mean(values), zeros(12), { samples: 4095, seed: 1 })
    expect(exact * 4096).toBe(Math.round(exact * 4096))
    expect(Math.abs(drawn - exact)).toBeLessThan(0.02)
  })

  it('is two-sided', () => {
    const values = [0.3, -0.1, 0.4, 0.2, 0.2]
    const against = zeros(5)
    expect(randomisationTest(mean(values), against, resampling)).toBe(
      randomisationTest(against, mean(values), resampling),
    )
  })

  it('gives p below 0.05 in about 5 of 100 experiments without a difference', () => {
    const uniform = seededUniform(9)
    let found = 0
    for (let experiment = 0; experiment < 300; experiment++) {
      const [a, b] = [Array.from({ length: 40 }, uniform), Array.from({ length: 40 }, uniform)]
      if (randomisationTest(mean(a), mean(b), { samples: 200, seed: experiment }) < 0.05) found++
    }
    // binomial: 15 expected, deviation 3.8
    expect(found).toBeGreaterThanOrEqual(5)
    expect(found).toBeLessThanOrEqual(27)
  })
})

it('a quantile lies between the two nearest values', () => {
  const sorted = Float64Array.from([1, 2, 4, 8])
  expect([quantile(sorted, 0), quantile(sorted, 0.5), quantile(sorted, 1)]).toEqual([1, 3, 8])
})

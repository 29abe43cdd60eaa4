import { uniformFrom } from '@disranker/dataset'
import { describe, expect, it } from 'vitest'
import type { Part } from '../measures/ranking-metrics.ts'
import { bootstrap, drawSamples, pairedDifference, quantile } from './resampling.ts'

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
    const uniform = uniformFrom(5)
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

  it('gives the same figures for the same seed, and others for another', () => {
    expect(drawSamples(50, resampling)).toEqual(drawSamples(50, resampling))
    expect(drawSamples(50, { ...resampling, seed: 2 })).not.toEqual(drawSamples(50, resampling))
  })
})

describe('a difference', () => {
  it('is paired: what the queries have in common drops out', () => {
    const hard = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 0.9 : 0.1))
    const better = hard.map((value) => value + 0.05)
    const figure = pairedDifference(mean(better), mean(hard), resampling)
    for (const bound of [figure.value, figure.low, figure.high]) expect(bound).toBeCloseTo(0.05, 10)
  })

  it('counts all swaps of few queries', () => {
    const p = (values: number[]) => pairedDifference(mean(values), zeros(values.length), resampling).p
    // differences 1 2 3, |sum| >= 6 for +++ and --- alone: 2 of 8
    expect(p([1, 2, 3])).toBe(2 / 8)
    // differences 1 1 -2 4, sum 4. With +4, the signs of 1 1 2 give 8 4 6 6 2 2 4 0: five reach 4, as do their negatives
    expect(p([1, 1, -2, 4])).toBe(10 / 16)
    expect(p([0, 0])).toBe(1)
  })

  it('draws the swaps of many', () => {
    const p = (values: number[]) => pairedDifference(mean(values), zeros(values.length), resampling).p
    // one query of 20 differs: every swap gives a difference as large
    expect(p(Array.from({ length: 20 }, (_, i) => (i === 0 ? 1 : 0)))).toBe(1)
    // all 40 differ to the same side: no random swap reaches that, and p is the least there is
    expect(p(Array.from({ length: 40 }, () => 1))).toBe(1 / 2001)
  })

  it('is two-sided', () => {
    const values = mean([0.3, -0.1, 0.4, 0.2, 0.2, 0.1, -0.3])
    const one = pairedDifference(values, zeros(7), resampling)
    const other = pairedDifference(zeros(7), values, resampling)
    expect(one.p).toBe(other.p)
    expect([one.low, one.high]).toEqual([-other.high, -other.low])
  })

  it('of a ratio of sums is that of the sums', () => {
    const uniform = uniformFrom(3)
    const pairs = (lift: number): Part[] =>
      Array.from({ length: 80 }, () => [Math.round(20 * uniform()) + lift, 2 + Math.round(10 * uniform())])
    const [ours, theirs] = [pairs(8), pairs(0)]
    const found = pairedDifference(ours, theirs, resampling)
    const ratio = (parts: Part[]) =>
      parts.reduce((sum, [a]) => sum + a, 0) / parts.reduce((sum, [, b]) => sum + b, 0)
    expect(found.value).toBeCloseTo(ratio(ours) - ratio(theirs), 12)
    expect(found.p).toBeLessThan(0.01)
    expect(found.low).toBeGreaterThan(0)
    expect(found.high).toBeGreaterThan(found.value)
  })

  it('takes two infinite ratios for equal, and one of them for a side that the queries decide', () => {
    const endless: Part[] = Array.from({ length: 8 }, () => [3, 0])
    const finite: Part[] = Array.from({ length: 8 }, () => [2, 1])
    expect(pairedDifference(endless, endless, resampling)).toEqual({ value: 0, low: 0, high: 0, p: 1 })
    expect(pairedDifference(endless, finite, resampling)).toMatchObject({
      value: Number.POSITIVE_INFINITY,
      low: 0,
      p: 2 / 256,
    })
    expect(pairedDifference(finite, endless, resampling).high).toBe(0)
  })
})

it('a quantile lies between the two nearest values', () => {
  const sorted = Float64Array.from([1, 2, 4, 8])
  expect([quantile(sorted, 0), quantile(sorted, 0.5), quantile(sorted, 1)]).toEqual([1, 3, 8])
})

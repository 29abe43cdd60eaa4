import { seededSampler } from '@disranker/dataset'
import { describe, expect, it } from 'vitest'
import { LEVEL, pairedTest } from './paired-test.ts'

const COINS = { samples: 2000, seed: 3 }
const normal = (seed: number, count: number, mean = 0, skew = 1) => {
  const { uniform } = seededSampler(seed, 'normal')
  return Float64Array.from({ length: count }, () => {
    const x = Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
    return mean + (x > 0 ? skew * x : x)
  })
}

describe('pairedTest', () => {
  it('counts every throw where there are few', () => {
    // 2^3 throws of 1, 2, 4: all heads and all tails alone are as far from 0
    expect(pairedTest([1, 2, 4], COINS)).toMatchObject({ value: 7 / 3, p: 0.25 })
    // 0.125 of the throws on either side can never be below 0.05
    expect(pairedTest([1, 2, 4], COINS).low).toBe(Number.NEGATIVE_INFINITY)
    expect(pairedTest([0, 0, 0, 0], COINS)).toMatchObject({ value: 0, p: 1 })
    expect(pairedTest([], COINS)).toMatchObject({ p: 1 })
  })
  it('says the same by its interval and by its p', () => {
    let significant = 0
    for (let seed = 1; seed <= 60; seed++) {
      const { low, high, p, value } = pairedTest(normal(seed, 9 + seed, 0.25, 1 + (seed % 3)), COINS)
      expect(low > 0 || high < 0).toBe(p <= LEVEL)
      expect(low).toBeLessThanOrEqual(value)
      expect(high).toBeGreaterThanOrEqual(value)
      significant += Number(p <= LEVEL)
    }
    expect(significant).toBeGreaterThan(10)
    expect(significant).toBeLessThan(50)
  })
  it('has the ends of an interval where the shifted differences are just not rejected', () => {
    const differences = normal(4, 40, 0.3)
    const { low, high } = pairedTest(differences, COINS)
    for (const [end, sign] of [
      [low, 1],
      [high, -1],
    ] as const) {
      const shifted = (by: number) =>
        pairedTest(
          differences.map((value) => value - end + sign * by),
          COINS,
        ).p
      expect(shifted(0.01)).toBeLessThanOrEqual(LEVEL)
      expect(shifted(-0.01)).toBeGreaterThan(LEVEL)
    }
  })
  it('is as wide as a t interval on normal differences', () => {
    const differences = normal(11, 100)
    const mean = differences.reduce((sum, value) => sum + value, 0) / 100
    const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 99
    const half = 1.984 * Math.sqrt(variance / 100)
    const { low, high } = pairedTest(differences, { samples: 20_000, seed: 1 })
    expect(high - low).toBeGreaterThan(1.9 * half)
    expect(high - low).toBeLessThan(2.1 * half)
  })
  it('throws one coin for a group', () => {
    const differences = normal(2, 60, 0.4)
    const groups = Array.from(differences, (_, at) => String(at % 5))
    // five coins: no p is below 2 / 2^5
    expect(pairedTest(differences, COINS, groups).p).toBeGreaterThanOrEqual(1 / 16)
    expect(pairedTest(differences, COINS).p).toBeLessThan(0.05)
    expect(pairedTest(differences, COINS, groups).value).toBeCloseTo(pairedTest(differences, COINS).value, 12)
  })
  it('is wrong in no more than 5 % of the cases where there is nothing', () => {
    let wrong = 0
    for (let seed = 1; seed <= 400; seed++)
      wrong += Number(pairedTest(normal(1000 + seed, 20), { samples: 400, seed }).p <= LEVEL)
    expect(wrong / 400).toBeLessThan(0.075)
    expect(wrong / 400).toBeGreaterThan(0.02)
  })
})

import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { shareOf, uniformsOf } from './share-of.ts'

describe('shareOf', () => {
  // `printf 'example:client-1' | sha256sum`, first 13 digits, divided by 16^13
  it.each([
    ['example', 'client-1'],
    ['example', 'client-2'],
    ['new-model', 'Zoë 東京'],
    ['s', ''],
  ])('is the one of the specification for %s:%s', (salt, unit) => {
    const digits = createHash('sha256').update(`${salt}:${unit}`, 'utf8').digest('hex').slice(0, 13)
    expect(shareOf(salt, unit)).toBe(Number(BigInt(`0x${digits}`)) / 2 ** 52)
  })

  it('is spread evenly: chi-square over 20 bins of 20,000 units', () => {
    const bins = new Float64Array(20)
    for (let unit = 0; unit < 20_000; unit++) bins[Math.floor(20 * shareOf('even', `u${unit}`))]!++
    const chiSquare = bins.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)
    // 99.9th percentile of chi-square with 19 degrees of freedom
    expect(chiSquare).toBeLessThan(43.82)
  })
})

describe('uniformsOf', () => {
  it('repeats for the same seed and differs for another', () => {
    const draw = (seed: string) => Array.from({ length: 20 }, uniformsOf(seed))
    expect(draw('query-1')).toEqual(draw('query-1'))
    expect(draw('query-1')).not.toEqual(draw('query-2'))
    expect(draw('query-1').every((value) => value >= 0 && value < 1)).toBe(true)
  })
})

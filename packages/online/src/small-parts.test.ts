import { expect, it } from 'vitest'
import { confidenceSequenceRadius, mixtureDeviation } from './comparison/confidence-sequence.ts'
import { unitsInterleaved, unitsPerArm } from './comparison/power.ts'
import { checkSampleRatio } from './comparison/sample-ratio.ts'
import { estimatePreference } from './interleaving/preference.ts'
import { percent, pText } from './report/figures-text.ts'

it('has the radius of the published formula', () => {
  // sqrt(2 (n rho^2 + 1) / (n^2 rho^2) ln(sqrt(n rho^2 + 1) / alpha)) for n = 100, rho = 0.3: sqrt(20 / 900 * ln(sqrt(10) / 0.05))
  expect(confidenceSequenceRadius(1 / 100, 0.3, 0.05)).toBeCloseTo(
    Math.sqrt((20 / 900) * Math.log(Math.sqrt(10) / 0.05)),
    12,
  )
})

it('is narrowest at the planned size: another deviation gives a wider interval there', () => {
  const best = mixtureDeviation(1 / 500, 0.05)
  const radius = (deviation: number) => confidenceSequenceRadius(1 / 500, deviation, 0.05)
  expect(radius(best)).toBeLessThan(radius(best * 1.3))
  expect(radius(best)).toBeLessThan(radius(best / 1.3))
})

it('says what is not known of a metric that does not vary', () => {
  expect(percent(0, { low: Number.NaN, high: Number.NaN })).toBe('+0.0 %, interval not known')
  expect(pText(Number.NaN)).toBe('p not known')
})

it('needs the units of the textbook', () => {
  // (1.959964 + 0.841621)^2 * 2 * 0.25 / 0.01^2
  expect(unitsPerArm(0.01, 0.25)).toBeCloseTo(39_244.4, 1)
  expect(unitsInterleaved(0.05, 0.25)).toBeCloseTo(784.888, 2)
})

it('finds 49 to 51 in 200,000 units, and 50 to 50 is fine', () => {
  expect(checkSampleRatio([98_000, 102_000], [1, 1])).toMatchObject({ statistic: 80, mismatch: true })
  expect(checkSampleRatio([100_000, 100_000], [1, 1])).toEqual({ statistic: 0, p: 1, mismatch: false })
  expect(checkSampleRatio([75_100, 24_900], [3, 1]).mismatch).toBe(false)
  expect(checkSampleRatio([0, 0], [1, 1]).mismatch).toBe(false)
})

it('counts preference by unit: one busy user is not a hundred users', () => {
  const busy = estimatePreference([
    { wins: 0, losses: 100, ties: 0 },
    ...lots(30, { wins: 2, losses: 1, ties: 1 }),
  ])
  expect(busy.n).toBe(31)
  expect(busy.searches).toBe(220)
  // (0 + 30 * 2.5) / 220 - 1 / 2
  expect(busy.value).toBeCloseTo(75 / 220 - 0.5, 12)
  // the one user decides the sign and makes the interval too wide for a verdict
  expect(busy.interval.high).toBeGreaterThan(0)
  expect(busy.p).toBeGreaterThan(0.05)
})

it('says nothing of searches without a click, and of a single unit', () => {
  expect(estimatePreference(lots(5, { wins: 0, losses: 0, ties: 0 }))).toMatchObject({ n: 0, searches: 0 })
  expect(estimatePreference([{ wins: 1, losses: 0, ties: 0 }]).p).toBeNaN()
})

const lots = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item)

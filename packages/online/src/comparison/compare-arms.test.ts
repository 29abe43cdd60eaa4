import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compareArms } from './compare-arms.ts'
import { addMoments, type Moments, momentsOf } from './moments.ts'
import { adjustmentFrom, COLUMN_COUNT, type Estimate, estimateAdjusted, estimateRatio } from './ratio.ts'

interface Golden {
  readonly cases: readonly {
    readonly units: readonly (readonly number[])[]
    readonly figures: Readonly<Record<string, Readonly<Record<string, number>>>>
  }[]
}

const golden: Golden = JSON.parse(
  readFileSync(new URL('../fixtures/tea-tasting.json', import.meta.url), 'utf8'),
)

const metrics = {
  ctr: ([, searches, clicks, searchesBefore, clicksBefore]: readonly number[]) => [
    clicks!,
    searches!,
    clicksBefore!,
    searchesBefore!,
  ],
  dwell: ([, , , , , dwell, before]: readonly number[]) => [dwell!, 1, before!, 1],
}

describe.each(golden.cases.map((each, number) => ({ ...each, number })))(
  'case $number',
  ({ units, figures }) => {
    const momentsFor = (metric: keyof typeof metrics, arm: number) =>
      momentsOf(units.filter((unit) => unit[0] === arm).map(metrics[metric]), COLUMN_COUNT)

    it.each(['ctr', 'ctr_cuped', 'dwell', 'dwell_cuped'])(
      '%s has the figures of the other library',
      (name) => {
        const [metric, adjusted] = name.split('_') as [keyof typeof metrics, string?]
        const arms = [momentsFor(metric, 0), momentsFor(metric, 1)] as const
        const adjustment = adjustmentFrom(addMoments(...arms))
        const estimate = (arm: Moments): Estimate =>
          adjusted === undefined ? estimateRatio(arm) : estimateAdjusted(arm, adjustment)
        const found = compareArms(estimate(arms[0]), estimate(arms[1]), { plannedUnits: 100 })
        const wanted = figures[name]!
        const got = {
          control: found.control.value,
          treatment: found.treatment.value,
          difference: found.difference,
          low: found.interval.low,
          high: found.interval.high,
          relative: found.relative,
          relativeLow: found.relativeInterval.low,
          relativeHigh: found.relativeInterval.high,
          p: found.p,
          statistic: found.statistic,
        }
        for (const [figure, value] of Object.entries(got))
          expect(value, figure).toBeCloseTo(wanted[figure]!, 9)
      },
    )
  },
)

it('has the same moments in one piece and in many', () => {
  const units = golden.cases[0]!.units
  const whole = momentsOf(units, 7)
  const pieces = [units.slice(0, 1), units.slice(1, 30), [], units.slice(30)].map((part) =>
    momentsOf(part, 7),
  )
  const added = pieces.reduce(addMoments)
  expect(added.n).toBe(whole.n)
  for (const [at, value] of whole.deviations.entries()) expect(added.deviations[at]).toBeCloseTo(value, 6)
})

describe('a variance that holds where few units make much of the total', () => {
  // one unit has a third of all searches
  const units = [
    [3, 10, 4, 12],
    [1, 2, 0, 1],
    [2, 4, 3, 4],
    [0, 3, 1, 2],
    [4, 5, 2, 6],
    [1, 6, 1, 5],
  ]
  const moments = momentsOf(units, COLUMN_COUNT)
  const total = (column: number) => units.reduce((sum, unit) => sum + unit[column]!, 0)
  const residuals = (x: number, y: number) =>
    units.map((unit) => ({
      residual: (unit[x]! - (total(x) / total(y)) * unit[y]!) / total(y),
      share: unit[y]! / total(y),
    }))

  it('is the sum over units', () => {
    const [during, before] = [residuals(0, 1), residuals(2, 3)]
    for (const coefficient of [0, 0.7]) {
      const wanted = during.reduce((sum, { residual, share }, at) => {
        const b = before[at]!
        const a = residual - coefficient * b.residual
        return sum + a * (a + 2 * (share * residual - coefficient * b.share * b.residual))
      }, 0)
      const found = estimateAdjusted(moments, { coefficient, center: 0.5 }, 'leverage').variance
      expect(found).toBeCloseTo((5 / 6) * wanted, 12)
    }
  })

  it('is the published one in the mean of many units of the same weight', () => {
    const many = momentsOf(
      Array.from({ length: 5_000 }, (_, unit) => [unit % 7, 1, 0, 1]),
      COLUMN_COUNT,
    )
    expect(estimateRatio(many, 'leverage').variance / estimateRatio(many).variance).toBeCloseTo(1, 6)
  })

  it('is the same from the moments of several days', () => {
    const days = [units.slice(0, 2), units.slice(2)].map((part) => momentsOf(part, COLUMN_COUNT))
    const added = days.reduce(addMoments)
    expect(estimateRatio(added, 'leverage').variance).toBeCloseTo(
      estimateRatio(moments, 'leverage').variance,
      12,
    )
  })
})

it('adjusts by nothing where nothing is known from before', () => {
  const moments = momentsOf(
    [1, 2, 5].map((value) => [value, 1, 0, 1]),
    COLUMN_COUNT,
  )
  expect(estimateAdjusted(moments, adjustmentFrom(moments))).toEqual(estimateRatio(moments))
})

// The statistics on simulated users whose truth is known. `npm run bench -- online` runs the same with more experiments.
import { expect, it } from 'vitest'
import { createUsers } from '../testing/simulated-users.ts'
import { type Comparison, compareArms } from './comparison/compare-arms.ts'
import { addMoments, type Moments, momentsOf, noMoments } from './comparison/moments.ts'
import { adjustmentFrom, COLUMN_COUNT, estimateAdjusted, estimateRatio } from './comparison/ratio.ts'

interface Look {
  readonly plain: Comparison
  readonly adjusted: Comparison
}

/** One experiment, looked at every time that `step` units of each arm have come. */
function experiment(
  seed: string,
  { uplift, looks, step }: { uplift: number; looks: number; step: number },
): Look[] {
  const draw = createUsers(seed)
  const arms: [Moments, Moments] = [noMoments(COLUMN_COUNT), noMoments(COLUMN_COUNT)]
  return Array.from({ length: looks }, () => {
    for (const arm of [0, 1] as const) {
      const units = Array.from({ length: step }, () => draw(arm === 1 ? uplift : 0))
      arms[arm] = addMoments(arms[arm], momentsOf(units, COLUMN_COUNT))
    }
    const adjustment = adjustmentFrom(addMoments(...arms))
    const options = { plannedUnits: looks * step }
    const [a, b] = arms
    return {
      plain: compareArms(estimateRatio(a, 'leverage'), estimateRatio(b, 'leverage'), options),
      adjusted: compareArms(
        estimateAdjusted(a, adjustment, 'leverage'),
        estimateAdjusted(b, adjustment, 'leverage'),
        options,
      ),
    }
  })
}

const outside = ({ low, high }: { low: number; high: number }, truth: number) => truth < low || truth > high
const share = (count: number, all: number) => count / all

it('finds nothing where nothing is: 5 % at the end, at most 5 % at any of 10 looks with the always valid interval', () => {
  const all = 400
  let [atEnd, everywhere, everLooked] = [0, 0, 0]
  for (let number = 0; number < all; number++) {
    const looks = experiment(`aa-${number}`, { uplift: 0, looks: 10, step: 60 })
    if (outside(looks.at(-1)!.plain.interval, 0)) atEnd++
    if (looks.some(({ plain }) => outside(plain.alwaysValid, 0))) everywhere++
    if (looks.some(({ plain }) => outside(plain.interval, 0))) everLooked++
  }
  // three standard deviations of 400 draws at 5 %
  expect(Math.abs(share(atEnd, all) - 0.05)).toBeLessThan(0.033)
  expect(share(everywhere, all)).toBeLessThanOrEqual(0.05)
  // what the always valid interval is for
  expect(share(everLooked, all)).toBeGreaterThan(0.1)
})

it('covers a planted uplift, and the time before the start narrows the interval', () => {
  const [all, uplift] = [300, 0.03]
  let [plain, adjusted, narrower] = [0, 0, 0]
  for (let number = 0; number < all; number++) {
    const [look] = experiment(`uplift-${number}`, { uplift, looks: 1, step: 500 })
    if (!outside(look!.plain.interval, uplift)) plain++
    if (!outside(look!.adjusted.interval, uplift)) adjusted++
    const width = ({ interval }: Comparison) => interval.high - interval.low
    if (width(look!.adjusted) < width(look!.plain)) narrower++
  }
  expect(Math.abs(share(plain, all) - 0.95)).toBeLessThan(0.038)
  expect(Math.abs(share(adjusted, all) - 0.95)).toBeLessThan(0.038)
  expect(narrower).toBe(all)
})

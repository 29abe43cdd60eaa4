import { expect, it } from 'vitest'
import { holm } from './holm.ts'

it('corrects by Holm', () => {
  // by hand: 4 * .01, 3 * .02, then no smaller than the last
  const corrected = holm([0.04, 0.01, 0.03, 0.02])
  for (const [at, wanted] of [0.06, 0.04, 0.06, 0.06].entries()) expect(corrected[at]).toBeCloseTo(wanted, 12)
  expect(holm([0.9, 0.8])).toEqual([1, 1])
  expect(holm([])).toEqual([])
})

it('keeps the p of others where one does not vary and has none', () => {
  const [first, none, last] = holm([0.01, Number.NaN, 0.02])
  expect(first).toBeCloseTo(0.03, 12)
  expect(none).toBe(1)
  expect(last).toBeCloseTo(0.04, 12)
})

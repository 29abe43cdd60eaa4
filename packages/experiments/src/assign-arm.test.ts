import { expect, it } from 'vitest'
import { assignArm, takesPart } from './assign-arm.ts'
import { HOLDOUT, parseExperiments } from './experiment.ts'

const experiment = (more: object = {}) =>
  parseExperiments(
    JSON.stringify({
      experiments: [
        {
          name: 'new-model',
          unit: 'client_id',
          arms: [
            { name: 'today', model: 'request-order', weight: 3 },
            { name: 'reranked', model: 'disranker', weight: 1 },
          ],
          start: '2026-11-01T00:00:00Z',
          end: '2026-12-01T00:00:00Z',
          ...more,
        },
      ],
    }),
  )[0]!

const UNITS = 20_000
const units = Array.from({ length: UNITS }, (_, number) => `client-${number}`)

/** @returns how many standard deviations `count` is from the expected share of the units */
const sigmas = (count: number, share: number) =>
  Math.abs(count - UNITS * share) / Math.sqrt(UNITS * share * (1 - share))

it('gives arms in proportion to their weights, the same for a unit every time', () => {
  const arms = units.map((unit) => assignArm(experiment(), unit).name)
  expect(sigmas(arms.filter((arm) => arm === 'reranked').length, 1 / 4)).toBeLessThan(3)
  expect(units.slice(0, 1000).map((unit) => assignArm(experiment(), unit).name)).toEqual(arms.slice(0, 1000))
})

it('gives arms of two experiments that are independent', () => {
  const [first, second] = [experiment(), experiment({ salt: 'another' })]
  const both = units.filter((unit) =>
    [first, second].every((each) => assignArm(each, unit).name === 'reranked'),
  )
  expect(sigmas(both.length, 1 / 16)).toBeLessThan(3)
})

it('keeps the holdout outside, and a larger holdout moves no unit between arms', () => {
  const [small, large] = [experiment({ holdout: 0.05 }), experiment({ holdout: 0.2 })]
  const armsOf = (each: typeof small) => units.map((unit) => assignArm(each, unit).name)
  const [before, after] = [armsOf(small), armsOf(large)]
  expect(sigmas(before.filter((arm) => arm === HOLDOUT).length, 0.05)).toBeLessThan(3)
  expect(before.every((arm, at) => after[at] === arm || after[at] === HOLDOUT)).toBe(true)
})

it('takes part between start and end, for the applications and keys that are named', () => {
  const at = Date.parse('2026-11-15T12:00:00Z')
  expect(takesPart(experiment(), at, {})).toBe(true)
  expect(takesPart(experiment(), Date.parse('2026-12-01T00:00:00Z'), {})).toBe(false)
  expect(takesPart(experiment(), Date.parse('2026-10-31T23:59:59Z'), {})).toBe(false)
  const shop = experiment({ only: { applications: ['shop'] } })
  expect(takesPart(shop, at, { application: 'shop' })).toBe(true)
  expect(takesPart(shop, at, { application: 'help' })).toBe(false)
  expect(takesPart(shop, at, {})).toBe(false)
})

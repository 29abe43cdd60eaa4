import { expect, it } from 'vitest'
import { searchWeight } from './search-weight.ts'

/** best at `top`, falling on both sides of it */
const peak = (top: number) => (weight: number) => -Math.abs(Math.log((weight + 1e-9) / top))

it.each([0.002, 0.03, 0.2, 0.9, 7, 300, 5_000])('finds %s wherever it lies', (top) => {
  // the unit is a guess that may be far off
  const { weight } = searchWeight(peak(top), 0.1)
  expect(Math.abs(Math.log2(weight / top))).toBeLessThan(0.1)
})

it('goes beyond the last value of the grid that it takes the place of', () => {
  const { weight, tried } = searchWeight((w) => Math.min(w, 40), 0.1)
  // equal from 40 on: the least of them
  expect(weight).toBeGreaterThanOrEqual(40)
  expect(weight).toBeLessThan(50)
  expect(Math.max(...tried.map((one) => one.weight))).toBeGreaterThan(100)
})

it('takes no overlap where none helps, and asks but once where there is none', () => {
  expect(searchWeight((w) => -w, 1).weight).toBe(0)
  expect(searchWeight(() => 0.5, 1).weight).toBe(0)
  const asked: number[] = []
  for (const unit of [0, Number.NaN, Number.POSITIVE_INFINITY])
    expect(searchWeight((w) => asked.push(w), unit)).toMatchObject({ weight: 0 })
  expect(asked).toEqual([0, 0, 0])
})

it('says what it tried, by weight', () => {
  const { tried } = searchWeight(peak(0.2), 0.1)
  expect(tried.map(({ weight }) => weight)).toEqual(
    [...tried.map(({ weight }) => weight)].sort((a, b) => a - b),
  )
  expect(tried.length).toBeLessThan(30)
})

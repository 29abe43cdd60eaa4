import { fairPairs, uniformsOf } from '@disranker/experiments'
import { describe, expect, it } from 'vitest'
import { clickRates } from '../recorded/click-rates.ts'
import { type ExploredSearch, estimateOffPolicy } from './off-policy.ts'

const TOP = 3
/** chance of a click on a document that is looked at, and of a look at a position: what the log does not say; some queries get few clicks */
const ATTRACTION = [0.1, 0.2, 0.7, 0.3, 0.5, 0.05]
const interest = (query: number) => (query % 2 === 0 ? 0.1 : 1.3)
const QUERIES = 10
const looked = (position: number) => 1 / (1 + 0.7 * position)
const LOGGED = [0, 1, 2, 3, 4, 5]
/** neighbours of the logged order change sides */
const NEAR = [1, 0, 2, 4, 3, 5]
const FAR = [4, 2, 3, 1, 0, 5]

const truth = (order: readonly number[]) =>
  0.7 * order.slice(0, TOP).reduce((sum, document, at) => sum + ATTRACTION[document]! * looked(at), 0)

function explored(seed: string, count: number, wanted: readonly number[], share = 1): ExploredSearch[] {
  const uniform = uniformsOf(seed)
  return Array.from({ length: count }, (_, number) => {
    const { order, propensities } = fairPairs(LOGGED, share, uniform)
    const query = number % QUERIES
    const clicked = order.filter(
      (document, at) => uniform() < interest(query) * ATTRACTION[document]! * looked(at),
    )
    return {
      unit: `user-${Math.floor(number / 3)}`,
      query: `q${query}`,
      shown: order.map(String),
      propensities,
      clicked: new Set(clicked.map(String)),
      wanted: wanted.map(String),
    }
  })
}

const estimate = (searches: readonly ExploredSearch[]) =>
  estimateOffPolicy(searches, { top: TOP, alpha: 0.05, model: clickRates(searches) })

describe('an order that exploration has shown', () => {
  it('is worth what it would have got, within the interval in most of many logs', () => {
    const covered = { snips: 0, doublyRobust: 0 }
    const LOGS = 80
    let [narrower, mean] = [0, 0]
    for (let log = 0; log < LOGS; log++) {
      const found = estimate(explored(`near-${log}`, 900, NEAR))
      expect(found.refusal).toBeUndefined()
      for (const name of ['snips', 'doublyRobust'] as const) {
        const { low, high } = found[name].interval
        if (truth(NEAR) >= low && truth(NEAR) <= high) covered[name]++
      }
      mean += found.snips.value / LOGS
      const width = ({ interval }: { interval: { low: number; high: number } }) =>
        interval.high - interval.low
      if (width(found.doublyRobust) < width(found.snips)) narrower++
    }
    // three standard deviations of 80 draws at 95 %
    expect(covered.snips).toBeGreaterThan(0.87 * LOGS)
    expect(covered.doublyRobust).toBeGreaterThan(0.87 * LOGS)
    expect(mean).toBeCloseTo(truth(NEAR), 1)
    // a model of clicks knows which queries get few
    expect(narrower).toBeGreaterThan(0.9 * LOGS)
  })

  it('is worth what was shown where it is what was shown', () => {
    const searches = explored('same', 600, LOGGED, 0.01)
    const found = estimate(searches)
    expect(found.snips.value).toBeCloseTo(found.shown, 1)
    expect(found.positions.every(({ support }) => Math.abs(support - 1) < 0.05)).toBe(true)
  })
})

it('refuses an order that the log could not have shown', () => {
  const found = estimate(explored('far', 900, FAR))
  expect(found.refusal).toMatch(/position 1 .* in 0 % of the searches/)
})

it('refuses what too few searches say', () => {
  expect(estimate(explored('few', 120, NEAR)).refusal).toMatch(/position 1 is worth \d+ searches/)
})

it('counts each user once, however often they searched', () => {
  const searches = explored('users', 900, NEAR)
  const alone = searches.map((search, at) => ({ ...search, unit: `alone-${at}` }))
  const together = searches.map((search) => ({ ...search, unit: `user-${search.clicked.size % 2}` }))
  const width = (list: readonly ExploredSearch[]) => {
    const { interval } = estimate(list).snips
    return interval.high - interval.low
  }
  expect(width(together)).toBeGreaterThan(3 * width(alone))
})

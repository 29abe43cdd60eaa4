import { expect, it } from 'vitest'
import { fitRelevance, type Outcome, relevanceQuality, UNFITTED } from './fit-relevance.ts'

/** `count` documents with one score, a share of them relevant */
const at = (score: number, count: number, relevant: number): Outcome[] =>
  Array.from({ length: count }, (_, i) => ({ score, relevant: i < relevant }))

it('finds the logistic function that planted the outcomes', () => {
  // logits 2 x - 3 at x = 0, 1, 2, 3: probabilities 0.04743, 0.26894, 0.73106, 0.95257; half of all are relevant
  const outcomes = [at(0, 100_000, 4743), at(1, 100_000, 26894), at(2, 100_000, 73106), at(3, 100_000, 95257)]
  const { slope, offset } = fitRelevance(outcomes.flat())
  expect(slope).toBeCloseTo(2, 3)
  expect(offset).toBeCloseTo(-3, 3)
})

it('puts .5 where right and other documents are equally frequent, whatever the share of the right ones', () => {
  // the same scores of each kind, 1 right document in 100: logits at that prior are 2 x - 3, at even odds 2 x - 3 + ln(99)
  const right = [at(0, 1_000, 1_000), at(1, 6_000, 6_000), at(2, 3_000, 3_000)].flat()
  const others = [at(0, 6_000, 0), at(1, 3_000, 0), at(2, 1_000, 0)].flat()
  const even = fitRelevance([...right, ...others])
  const rare = fitRelevance([...right, ...Array.from({ length: 20 }, () => others).flat()])
  expect(rare.slope).toBeCloseTo(even.slope, 2)
  expect(rare.offset).toBeCloseTo(even.offset, 2)
  const relevance = (score: number) => 1 / (1 + Math.exp(-(rare.slope * score + rare.offset)))
  expect(relevance(0)).toBeLessThan(0.5)
  expect(relevance(2)).toBeGreaterThan(0.5)
})

it('is even odds where the score tells nothing', () => {
  const { slope, offset } = fitRelevance([...at(-1, 1000, 200), ...at(1, 1000, 210)])
  expect(1 / (1 + Math.exp(-offset))).toBeCloseTo(0.5, 2)
  expect(slope).toBeLessThan(0.1)
})

it('tells how well .5 parts the kinds', () => {
  const outcomes = [...at(-1, 10, 1), ...at(1, 10, 4)]
  // right: 1 below, 4 above; others: 9 below, 6 above
  expect(relevanceQuality(outcomes, { slope: 1, offset: 0 })).toEqual({
    rightAboveHalf: 0.8,
    othersBelowHalf: 0.6,
  })
})

it('stays finite where scores part the two kinds', () => {
  const { slope, offset } = fitRelevance([...at(-1, 20, 0), ...at(1, 20, 20)])
  expect(slope).toBeGreaterThan(1)
  expect(slope).toBeLessThan(10)
  expect(offset).toBeCloseTo(0, 5)
})

it('keeps the order: no fit where higher scores are less relevant, or nothing can be told', () => {
  expect(fitRelevance([...at(-1, 10, 9), ...at(1, 10, 1)])).toEqual(UNFITTED)
  expect(fitRelevance(at(1, 10, 0))).toEqual(UNFITTED)
  expect(fitRelevance([])).toEqual(UNFITTED)
})

import { expect, it } from 'vitest'
import { fitRelevance, type Outcome, UNFITTED } from './fit-relevance.ts'

/** `count` documents with one score, a share of them relevant */
const at = (score: number, count: number, relevant: number): Outcome[] =>
  Array.from({ length: count }, (_, i) => ({ score, relevant: i < relevant }))

it('finds the logistic function that planted the outcomes', () => {
  // logits 2 x - 3 at x = 0, 1, 2, 3: probabilities 0.04743, 0.26894, 0.73106, 0.95257
  const outcomes = [at(0, 100_000, 4743), at(1, 100_000, 26894), at(2, 100_000, 73106), at(3, 100_000, 95257)]
  const { slope, offset } = fitRelevance(outcomes.flat())
  expect(slope).toBeCloseTo(2, 3)
  expect(offset).toBeCloseTo(-3, 3)
})

it('says the share of the relevant where the score tells nothing more', () => {
  const { slope, offset } = fitRelevance([...at(-1, 1000, 200), ...at(1, 1000, 210)])
  expect(1 / (1 + Math.exp(-offset))).toBeCloseTo(0.205, 2)
  expect(slope).toBeLessThan(0.1)
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

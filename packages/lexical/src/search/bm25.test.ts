import { expect, it } from 'vitest'
import { createBm25 } from './bm25.ts'

const texts = ['red apple', 'green apples and green pears', 'a stone', '']

it('agrees with a hand-computed score', () => {
  // lengths 2 5 2 0, average 2.25; "appl" stands in 2 of 4 texts, "green" in 1
  const apple = Math.log(1 + 2.5 / 2.5)
  const green = Math.log(1 + 3.5 / 1.5)
  const bm25 = createBm25(texts)
  expect(bm25.idf('appl')).toBeCloseTo(apple, 12)
  expect(bm25.idf('missing')).toBe(0)
  const scores = bm25.scores('Green apple apple')
  expect(scores[0]).toBeCloseTo((apple * 2.2) / (1 + 1.2 * (0.25 + (0.75 * 2) / 2.25)), 12)
  const slow = 1.2 * (0.25 + (0.75 * 5) / 2.25)
  expect(scores[1]).toBeCloseTo((apple * 2.2) / (1 + slow) + (green * 2 * 2.2) / (2 + slow), 12)
  expect([...scores].slice(2)).toEqual([0, 0])
})

it('finds only what matches, best first, ties in the order of the texts', () => {
  expect(
    createBm25(['x y', 'z', 'y x', 'x x'])
      .search('X', 2)
      .map(({ index }) => index),
  ).toEqual([3, 0])
  expect(createBm25(texts).search('unknown words', 5)).toEqual([])
  expect(createBm25([]).search('anything', 5)).toEqual([])
})

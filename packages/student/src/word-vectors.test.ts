import { expect, it } from 'vitest'
import { createWordVectors } from './word-vectors.ts'

it('weighs words by hand-computed tf-idf', () => {
  // "a" stands in 3 of 4 texts, "b" in 2; "c" and "d" in one, so they do not count
  const bag = createWordVectors(['a b', 'a b c', 'a', 'd'], 10)
  expect(bag.size).toBe(2)
  const a = Math.log(4 / 3)
  const b = (1 + Math.log(2)) * Math.log(2)
  const length = Math.hypot(a, b)
  const [x, y, ...rest] = bag.rows(['B a b', 'c'])
  expect(x).toBeCloseTo(a / length, 6)
  expect(y).toBeCloseTo(b / length, 6)
  expect(rest).toEqual([0, 0])
})

it('keeps the most frequent words, ties by spelling', () => {
  const bag = createWordVectors(['z y', 'z y', 'z x', 'x'], 2)
  expect([...bag.rows(['z', 'x', 'y'])].map((value) => value > 0)).toEqual([
    true,
    false,
    false,
    true,
    false,
    false,
  ])
})

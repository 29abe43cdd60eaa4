import { expect, it } from 'vitest'
import { createWordVectors } from './word-vectors.ts'

it('weighs words by hand-computed tf-idf', () => {
  // "a" stands in 3 of 4 texts, "b" in 2; "c" and "d" in one, so they do not count
  const bag = createWordVectors(['a b', 'a b c', 'a', 'd'], 10)
  expect(bag.size).toBe(2)
  const a = Math.log(4 / 3)
  const b = (1 + Math.log(2)) * Math.log(2)
  const length = Math.hypot(a, b)
  const { ids, starts, weights } = bag.bags(['B a b', 'c'])
  expect([...ids]).toEqual([0, 1])
  expect([...starts]).toEqual([0, 2, 2])
  expect(weights![0]).toBeCloseTo(a / length, 6)
  expect(weights![1]).toBeCloseTo(b / length, 6)
  // words are asked for in the order of their places; the others keep their weights
  const answers = [false, true]
  const hidden = bag.bags(['b a b'], () => answers.shift()!)
  expect([...hidden.ids]).toEqual([1])
  expect(hidden.weights![0]).toBe(weights![1])
})

it('keeps the most frequent words, ties by spelling', () => {
  const bag = createWordVectors(['z y', 'z y', 'z x', 'x'], 2)
  const { ids, starts } = bag.bags(['z', 'x', 'y'])
  expect([...starts]).toEqual([0, 1, 2, 2])
  expect([...ids]).toEqual([0, 1])
})

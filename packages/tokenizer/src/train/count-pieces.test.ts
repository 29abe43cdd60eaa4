import { expect, it } from 'vitest'
import { countPieces } from './count-pieces.ts'

it('counts pieces, and of too many different ones the frequent ones', () => {
  const texts = Array.from({ length: 1000 }, (_, i) => `the only${i} word${i % 3}`)
  const all = countPieces(texts, (chunk) => [chunk])
  expect([all.size, all.get('the'), all.get('word1'), all.get('only7')]).toEqual([1004, 1000, 333, 1])
  const few = countPieces(texts, (chunk) => [chunk], 50)
  expect(few.size).toBeLessThanOrEqual(50)
  expect([few.get('the'), few.get('word1')]).toEqual([1000, 333])
})

import { expect, it } from 'vitest'
import { meanQuality } from './ranking-quality.ts'

const rows = (...documents: string[]) => documents.map((document, index) => ({ document, score: -index }))

it('agrees with hand-computed values', () => {
  const judgements = new Map([
    [
      'a',
      new Map([
        ['x', 3],
        ['y', 1],
      ]),
    ],
    ['b', new Map([['x', 2]])],
  ])
  const run = new Map([
    ['a', rows('y', 'x', 'z')], // DCG 1/1 + 7/log2(3) = 5.41651, ideal 7 + 1/log2(3) = 7.63093; first best at 2
    ['b', rows('z', 'y', 'w')], // nothing found
  ])
  const { ndcg, mrr } = meanQuality(run, judgements, 10)
  expect(ndcg).toBeCloseTo(5.41651 / 7.63093 / 2, 5)
  expect(mrr).toBe(0.25)
})

it('leaves out queries without a grade above 0, and is 0 where there is no other', () => {
  const judgements = new Map([
    ['a', new Map([['x', 1]])],
    ['zero', new Map([['x', 0]])],
  ])
  const run = new Map([
    ['a', rows('x')],
    ['zero', rows('x')],
    ['unjudged', rows('x')],
  ])
  expect(meanQuality(run, judgements, 10)).toEqual({ ndcg: 1, mrr: 1 })
  expect(meanQuality(new Map([['zero', rows('x')]]), judgements, 10)).toEqual({ ndcg: 0, mrr: 0 })
})

it('counts only the first k', () => {
  const judgements = new Map([['a', new Map([['x', 1]])]])
  expect(meanQuality(new Map([['a', rows('y', 'x')]]), judgements, 1)).toEqual({ ndcg: 0, mrr: 0 })
})

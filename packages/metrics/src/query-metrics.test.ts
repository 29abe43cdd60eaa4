// Values worked by hand from trec_eval's definitions.
import { describe, expect, it } from 'vitest'
import { ndcg, positiveNegative, precisionAtOne, recall, reciprocalRank } from './query-metrics.ts'

const rows = (...documents: string[]) => documents.map((document, i) => ({ document, score: 10 - i }))
const grades = new Map([
  ['a', 3],
  ['b', 2],
  ['c', 1],
  ['d', 0],
  ['e', 3],
])

describe('one query, ranked c a x b', () => {
  const ranked = rows('c', 'a', 'x', 'b')
  it('nDCG', () => {
    // gains 1 7 0 3; DCG@4 = 1 + 7/log2(3) + 0 + 3/log2(5) = 1 + 4.416508 + 1.292030 = 6.708538
    // ideal e a b c: 7 + 7/log2(3) + 3/2 + 1/log2(5) = 7 + 4.416508 + 1.5 + 0.430677 = 13.347185
    expect(ndcg(ranked, grades, 10).above).toBeCloseTo(6.708538 / 13.347185, 6)
    // @1: 1 / 7
    expect(ndcg(ranked, grades, 1).above).toBeCloseTo(1 / 7, 12)
  })
  it('MRR, P@1, recall', () => {
    expect(reciprocalRank(ranked, grades, 10).above).toBe(0.5)
    expect(reciprocalRank(ranked, grades, 1).above).toBe(0)
    expect(precisionAtOne(ranked, grades).above).toBe(0)
    // the best grade is 3, of a and e; a is found
    expect(recall(ranked, grades, 100).above).toBe(0.5)
    expect(recall(ranked, grades, 1).above).toBe(0)
  })
  it('PNR', () => {
    // c1 a3 x0 b2: right c>x a>x a>b, wrong c<a c<b x<b
    expect(positiveNegative(ranked, grades)).toEqual({ above: 3, below: 3 })
    const tied = [
      { document: 'a', score: 1 },
      { document: 'c', score: 1 },
    ]
    expect(positiveNegative(tied, grades)).toEqual({ above: 0.5, below: 0.5 })
  })
})

it('a perfect ranking is worth 1, no ranking 0', () => {
  const best = rows('a', 'e', 'b', 'c', 'd')
  for (const value of [
    ndcg(best, grades, 10),
    reciprocalRank(best, grades, 10),
    precisionAtOne(best, grades),
    recall(best, grades, 2),
  ])
    expect(value.above).toBeCloseTo(1, 12)
  expect(positiveNegative(best, grades).below).toBe(0)
  for (const value of [
    ndcg([], grades, 10),
    reciprocalRank([], grades, 10),
    precisionAtOne([], grades),
    recall([], grades, 5),
  ])
    expect(value.above).toBe(0)
})

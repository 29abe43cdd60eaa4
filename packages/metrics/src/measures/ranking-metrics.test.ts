// Values worked by hand from trec_eval's definitions.
import { describe, expect, it } from 'vitest'
import { ndcgAt, overall, pairOrder, precisionAt, recallAt, reciprocalRankAt } from './ranking-metrics.ts'
import { judgeRun } from './rankings.ts'

const judgements = new Map([
  [
    'q',
    new Map([
      ['a', 3],
      ['b', 2],
      ['c', 1],
      ['d', 0],
      ['e', 3],
    ]),
  ],
])

/** documents by falling score, or [document, score] */
function ranking(list: readonly (string | [string, number])[], relevant?: number) {
  const rows = list.map((item, i) =>
    typeof item === 'string' ? { document: item, score: 10 - i } : { document: item[0], score: item[1] },
  )
  return judgeRun('run', new Map([['q', rows]]), judgements, ['q'], { relevant })[0]!
}

describe('one query, ranked c a x b, where e is judged and not found, x found and not judged', () => {
  const ranked = ranking(['c', 'a', 'x', 'b'])

  it('nDCG counts against the best order of all judged documents', () => {
    // grades 1 3 0 2, gains 1 7 0 3: DCG = 1/log2(2) + 7/log2(3) + 0 + 3/log2(5) = 1 + 4.416508 + 1.292030 = 6.708538
    // ideal a e b c, gains 7 7 3 1: 7 + 7/log2(3) + 3/log2(4) + 1/log2(5) = 7 + 4.416508 + 1.5 + 0.430677 = 13.347185
    expect(ndcgAt(10)(ranked)[0]).toBeCloseTo(6.708538 / 13.347185, 6)
    // @1: 1 / 7
    expect(ndcgAt(1)(ranked)[0]).toBeCloseTo(1 / 7, 12)
    // @2: (1 + 4.416508) / (7 + 4.416508)
    expect(ndcgAt(2)(ranked)[0]).toBeCloseTo(5.416508 / 11.416508, 6)
  })

  it('MRR is that of the first relevant document, and 0 below the cut', () => {
    expect(reciprocalRankAt(10)(ranked)).toEqual([1 / 2, 1])
    expect(reciprocalRankAt(1)(ranked)).toEqual([0, 1])
    expect(reciprocalRankAt(10)(ranking(['x', 'c', 'b', 'a'], 2))).toEqual([1 / 3, 1])
  })

  it('precision has the places below, also those that are empty', () => {
    expect(precisionAt(1)(ranked)).toEqual([0, 1])
    expect(precisionAt(1)(ranking(['a']))).toEqual([1, 1])
    expect(precisionAt(4)(ranked)).toEqual([1 / 4, 1])
    expect(precisionAt(4)(ranking(['a', 'b'], 2))).toEqual([2 / 4, 1])
  })

  it('recall has all relevant documents below', () => {
    // a and e have grade 3, a is found; a, b and e have 2 or more, a and b are found
    expect(recallAt(100)(ranked)).toEqual([1 / 2, 1])
    expect(recallAt(1)(ranked)).toEqual([0, 1])
    expect(recallAt(100)(ranking(['c', 'a', 'x', 'b'], 2))).toEqual([2 / 3, 1])
  })

  it('PNR counts the pairs of different grades', () => {
    // c1 a3 x0 b2: right c>x a>x a>b, wrong c<a c<b x<b
    expect(pairOrder(ranked)).toEqual([3, 3])
    // a and e have the same grade: no pair
    expect(pairOrder(ranking(['a', 'e', 'c']))).toEqual([2, 0])
    const tied: [string, number][] = [
      ['a', 1],
      ['c', 1],
      ['x', 0],
    ]
    // a = c is half and half; a > x, c > x
    expect(pairOrder(ranking(tied))).toEqual([2.5, 0.5])
  })
})

it('a perfect ranking is worth 1 and has no wrong pair; the reverse one has no right pair', () => {
  const perfect = ranking(['a', 'e', 'b', 'c', 'd'])
  for (const measure of [ndcgAt(10), reciprocalRankAt(10), precisionAt(1), recallAt(2)])
    expect(measure(perfect)[0]).toBeCloseTo(1, 12)
  // of 10 pairs one has equal grades
  expect(pairOrder(perfect)).toEqual([9, 0])
  expect(pairOrder(ranking(['d', 'c', 'b', 'e', 'a']))).toEqual([0, 9])
})

it('every measure but PNR lies in 0 to 1 and rises when a better document moves up', () => {
  const orders = permutations(['a', 'b', 'c', 'd', 'e'])
  expect(orders).toHaveLength(120)
  const grades = judgements.get('q')!
  for (const order of orders) {
    const before = ranking(order)
    for (const measure of [ndcgAt(3), reciprocalRankAt(3), precisionAt(2), recallAt(2)]) {
      const [value] = measure(before)
      expect(value).toBeGreaterThanOrEqual(0)
      expect(value).toBeLessThanOrEqual(1 + 1e-12)
      for (let i = 1; i < order.length; i++) {
        if (grades.get(order[i]!)! <= grades.get(order[i - 1]!)!) continue
        const swapped = order.with(i, order[i - 1]!).with(i - 1, order[i]!)
        expect(measure(ranking(swapped))[0]).toBeGreaterThanOrEqual(value - 1e-12)
      }
    }
  }
})

it('over queries, means are means and PNR is a ratio of sums', () => {
  // reciprocal ranks 1 and 1/4
  expect(
    overall([
      [1, 1],
      [1 / 4, 1],
    ]),
  ).toBe(0.625)
  // 1 right of 3 pairs, 5 right of 6: 6 / 3, where a mean of ratios would be 2.75
  expect(
    overall([
      [1, 2],
      [5, 1],
    ]),
  ).toBe(2)
  expect(overall([[3, 0]])).toBe(Number.POSITIVE_INFINITY)
  expect(overall([[0, 0]])).toBe(0)
})

function permutations(list: readonly string[]): string[][] {
  if (list.length === 0) return [[]]
  return list.flatMap((first) =>
    permutations(list.filter((other) => other !== first)).map((rest) => [first, ...rest]),
  )
}

import { kendall } from '@disranker/ranking'
import { expect, it } from 'vitest'
import { agreement } from './agreement.ts'
import { judgeRun } from './rankings.ts'

function rankings(run: Record<string, [string, number][]>) {
  const judgements = new Map(Object.keys(run).map((query) => [query, new Map([['a', 1]])]))
  const rows = Object.entries(run).map(
    ([query, list]) => [query, list.map(([document, score]) => ({ document, score }))] as const,
  )
  return judgeRun('run', new Map(rows), judgements, Object.keys(run))
}

it('compares the scores of the same pairs and the orders they make', () => {
  const float = rankings({
    q: [
      ['a', 3],
      ['b', 2],
      ['c', 1],
    ],
    r: [
      ['a', 5],
      ['b', 4],
    ],
  })
  const int8 = rankings({
    q: [
      ['a', 2.9],
      ['b', 2.2],
      ['c', 1],
    ],
    r: [
      ['a', 4],
      ['b', 4.3],
    ],
  })
  const result = agreement('student_int8', int8, 'student', float)
  expect(result.points).toEqual([
    [3, 2.9],
    [2, 2.2],
    [1, 1],
    [5, 4],
    [4, 4.3],
  ])
  expect(result.pairs).toBe(5)
  // .1 .2 0 1 .3
  expect(result.maxDifference).toBeCloseTo(1, 12)
  expect(result.meanDifference).toBeCloseTo(1.6 / 5, 12)
  // q in the same order, r reversed
  expect(result.rankCorrelation).toBe(0)
  expect(result.sameTop).toBe(1 / 2)
})

it('leaves out what only one of them ranks', () => {
  const float = rankings({
    q: [
      ['a', 3],
      ['b', 2],
    ],
  })
  expect(agreement('student_int8', rankings({ q: [['b', 2]] }), 'student', float).points).toEqual([[2, 2]])
  expect(agreement('student_int8', rankings({ q: [['c', 2]] }), 'student', float).pairs).toBe(0)
})

it("Kendall's tau-b allows for ties", () => {
  expect(
    kendall([
      [1, 10],
      [2, 20],
      [3, 30],
    ]),
  ).toBe(1)
  expect(
    kendall([
      [1, 30],
      [2, 20],
      [3, 10],
    ]),
  ).toBe(-1)
  // of 3 pairs 2 agree and 1 does not
  expect(
    kendall([
      [1, 10],
      [2, 30],
      [3, 20],
    ]),
  ).toBeCloseTo(1 / 3, 12)
  // 2 pairs agree, 1 is a tie on the right: 2 / sqrt(3 * 2)
  expect(
    kendall([
      [1, 10],
      [2, 20],
      [3, 20],
    ]),
  ).toBeCloseTo(2 / Math.sqrt(6), 12)
  expect([
    kendall([[1, 1]]),
    kendall([
      [1, 1],
      [1, 1],
    ]),
    kendall([
      [1, 1],
      [2, 1],
    ]),
  ]).toEqual([1, 1, 0])
})

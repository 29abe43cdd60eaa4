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

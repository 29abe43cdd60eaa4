import { expect, it } from 'vitest'
import { findGains } from './query-gains.ts'
import type { Ranking } from './rankings.ts'

/** a ranking of documents a, b, c with one right document at a position */
const ranking = (query: string, right: number): Ranking => {
  const grades = [0, 0, 0].map((_, at) => (at === right ? 3 : 0))
  const documents = ['a', 'b', 'c'].map((id) => `${id}${right}`)
  return { query, documents, grades, scores: [3, 2, 1], judged: [3, 0, 0], relevant: 3 }
}
const texts = { query: (id: string) => `text of ${id}`, title: (id: string) => `title of ${id}` }

it('tells the largest gains and losses with both lists, equal ones in the order of the queries', () => {
  const places = [
    [1, 0],
    [2, 0],
    [0, 1],
    [0, 2],
    [1, 1],
    [2, 0],
  ] as const
  const first = places.map(([before], at) => ranking(`q${at}`, before))
  const served = places.map(([, after], at) => ranking(`q${at}`, after))
  const gains = findGains(first, served, [{ length: 'short' }], texts)
  expect(gains).toMatchObject({ better: 3, worse: 2, same: 1 })
  expect(gains.best.map(({ query }) => query)).toEqual(['q1', 'q5', 'q0'])
  expect(gains.worst.map(({ query }) => query)).toEqual(['q3', 'q2'])
  expect(gains.best[2]).toEqual({
    query: 'q0',
    text: 'text of q0',
    first: 1 / Math.log2(3),
    served: 1,
    slices: { length: 'short' },
    before: [
      { id: 'a1', title: 'title of a1', grade: 0 },
      { id: 'b1', title: 'title of b1', grade: 3 },
      { id: 'c1', title: 'title of c1', grade: 0 },
    ],
    after: [
      { id: 'a0', title: 'title of a0', grade: 3 },
      { id: 'b0', title: 'title of b0', grade: 0 },
      { id: 'c0', title: 'title of c0', grade: 0 },
    ],
  })
})

it('shows twenty of each at most', () => {
  const first = Array.from({ length: 50 }, (_, at) => ranking(`q${at}`, at < 25 ? 1 : 0))
  const served = Array.from({ length: 50 }, (_, at) => ranking(`q${at}`, at < 25 ? 0 : 1))
  const gains = findGains(first, served, [], texts)
  expect([gains.better, gains.best.length, gains.worse, gains.worst.length]).toEqual([25, 20, 25, 20])
})

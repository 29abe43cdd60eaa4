import { expect, it } from 'vitest'
import { outcomeOf } from './result.ts'
import type { Votes } from './votes.ts'

const ids = Array.from({ length: 8 }, (_, at) => `q${at}`)
const queries = ids.map((id) => ({ id, text: id }))
const votesOf = (grades: Readonly<Record<string, number>>, of = ids): Votes => ({
  all: new Map(of.map((id) => [id, new Map(Object.entries(grades))])),
  gradeOf: () => undefined,
  vote() {},
})
const shown = new Map(
  ids.map(
    (id) =>
      [
        id,
        [
          ['x', 'right'],
          ['right', 'y'],
        ],
      ] as const,
  ),
)

it('is the difference of nDCG@10 by the votes, with the test of the report', () => {
  const votes = votesOf({ right: 3, x: 0, y: 0 })
  // 1 against 1 / log2(3), eight times: the least p that eight signs give
  expect(outcomeOf(['a', 'b'], queries, shown, votes)).toEqual({
    queries: 8,
    sentence:
      'On 8 judged queries b is significantly better than a: nDCG@10 1.000 against 0.631, +0.369 [+0.369, +0.369], p 0.008.',
  })
  expect(outcomeOf(['a', 'b'], queries.slice(0, 4), shown, votes).sentence).toContain(
    'not significantly different from',
  )
})

it('counts queries alone of which every shown document has a vote, one of them above 0', () => {
  const whole = votesOf({ right: 3, x: 0, y: 0 }, ['q1'])
  expect(outcomeOf(['a', 'b'], queries, shown, whole).queries).toBe(1)
  for (const grades of [
    { right: 3, x: 0 },
    { right: 0, x: 0, y: 0 },
  ])
    expect(outcomeOf(['a', 'b'], queries, shown, votesOf(grades))).toMatchObject({ queries: 0 })
})

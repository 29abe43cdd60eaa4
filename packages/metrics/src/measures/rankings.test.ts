import { InputError } from '@disranker/stage'
import { expect, it } from 'vitest'
import { judgeRun } from './rankings.ts'

const judgements = new Map([
  [
    'q1',
    new Map([
      ['a', 3],
      ['b', 1],
    ]),
  ],
  ['q2', new Map([['a', 2]])],
  ['empty', new Map<string, number>()],
  ['bad', new Map([['a', 0]])],
])
const rows = (...scores: [string, number][]) => scores.map(([document, score]) => ({ document, score }))

it('sorts by score, equal ones by id as trec_eval does, and gives grade 0 to what is not judged', () => {
  const run = new Map([['q1', rows(['x', 1], ['b', 2], ['y', 1], ['a', 2])]])
  expect(judgeRun('run', run, judgements, ['q1'])).toEqual([
    {
      query: 'q1',
      documents: ['b', 'a', 'y', 'x'],
      grades: [1, 3, 0, 0],
      scores: [2, 2, 1, 1],
      judged: [3, 1],
      relevant: 3,
    },
  ])
})

it('takes the highest grade of a query as relevant unless a grade is given', () => {
  const run = new Map([
    ['q1', rows(['a', 1])],
    ['q2', rows(['a', 1])],
  ])
  const relevant = (least?: number) =>
    judgeRun('run', run, judgements, ['q1', 'q2'], { ...(least !== undefined && { relevant: least }) }).map(
      (one) => one.relevant,
    )
  expect(relevant()).toEqual([3, 2])
  expect(relevant(1)).toEqual([1, 1])
})

it('ranks nothing where the first stage found nothing', () => {
  const run = new Map([['q1', rows(['a', 1])]])
  const [, empty] = judgeRun('run', run, judgements, ['q1', 'q2'], { unmatched: ['q2'] })
  expect(empty).toEqual({ query: 'q2', documents: [], grades: [], scores: [], judged: [2], relevant: 2 })
})

it.each([
  ['no judged query', new Map(), [], /There is no judged query to measure "run" on/],
  ['a missing query', new Map([['q2', rows(['a', 1])]]), ['q1', 'q2'], /misses 1 of 2 judged queries \(q1\)/],
  ['a query without documents', new Map([['q1', []]]), ['q1'], /misses 1 of 1 judged queries \(q1\)/],
  ['NaN', new Map([['q1', rows(['a', Number.NaN])]]), ['q1'], /gives document a of query q1 the score NaN/],
  ['infinity', new Map([['q1', rows(['a', Number.POSITIVE_INFINITY])]]), ['q1'], /the score Infinity/],
  [
    'a document twice',
    new Map([['q1', rows(['a', 2], ['a', 1])]]),
    ['q1'],
    /lists document a twice for query q1/,
  ],
  [
    'empty judgements',
    new Map([['empty', rows(['a', 1])]]),
    ['empty'],
    /Query empty has no document with a grade above 0/,
  ],
  [
    'grades of 0 alone',
    new Map([['bad', rows(['a', 1])]]),
    ['bad'],
    /Query bad has no document with a grade above 0/,
  ],
  [
    'an unjudged query',
    new Map([['new', rows(['a', 1])]]),
    ['new'],
    /Query new has no document with a grade above 0/,
  ],
])('refuses %s', (_, run, queries, message) => {
  expect(() => judgeRun('run', run, judgements, queries)).toThrow(InputError)
  expect(() => judgeRun('run', run, judgements, queries)).toThrow(message)
})

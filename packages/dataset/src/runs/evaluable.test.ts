import { expect, it } from 'vitest'
import { evaluable, explainEvaluable } from './evaluable.ts'

const judgements = new Map([
  ['good', new Map([['a', 1]])],
  ['zeros', new Map([['a', 0]])],
  ['nothing', new Map([['a', 2]])],
  ['missed', new Map([['a', 2]])],
])
const rows = (...documents: string[]) => documents.map((document) => ({ document, score: 1 }))
const candidates = new Map([
  ['good', rows('b', 'a')],
  ['zeros', rows('a')],
  ['missed', rows('b')],
])

it('tells the queries that count from those that cannot, and those that count 0 whatever is trained', () => {
  const found = evaluable(['good', 'zeros', 'nothing', 'missed', 'not judged'], judgements, candidates)
  expect(found).toEqual({
    queries: ['good', 'nothing', 'missed'],
    ungraded: ['zeros'],
    unmatched: ['nothing'],
    missed: ['missed'],
  })
  expect(explainEvaluable('test', found)).toEqual([
    '1 of 4 judged test queries have grades of 0 alone and are left out of every mean: zeros.',
    '1 of 4 judged test queries match no document in the first stage and count 0 in every row: nothing.',
    '1 of 4 judged test queries have no document of a grade above 0 among their candidates and count 0 in every row: missed.',
  ])
})

it('says nothing where nothing is lost, and names five at most', () => {
  expect(explainEvaluable('test', evaluable(['good'], judgements, candidates))).toEqual([])
  const ids = Array.from({ length: 7 }, (_, i) => `q${i}`)
  const zeros = new Map(ids.map((id) => [id, new Map([['a', 0]])]))
  expect(explainEvaluable('test', evaluable(ids, zeros, new Map()))[0]).toMatch(
    /: q0, q1, q2, q3, q4 and 2 more\.$/,
  )
})

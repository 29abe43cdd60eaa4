import { expect, it } from 'vitest'
import { byScore } from './by-score.ts'

it('orders by score, equal ones by id as bytes, falling, as trec_eval does', () => {
  const rows = ['d10', 'd2', 'é', 'z', 'D9', '\u{1f600}', '\ufffd'].map((document) => ({
    document,
    score: 1,
  }))
  const sorted = [{ document: 'a', score: 0.5 }, ...rows, { document: 'b', score: 2 }].sort(byScore)
  expect(sorted.map(({ document }) => document)).toEqual([
    'b',
    '\u{1f600}',
    '\ufffd',
    'é',
    'z',
    'd2',
    'd10',
    'D9',
    'a',
  ])
})

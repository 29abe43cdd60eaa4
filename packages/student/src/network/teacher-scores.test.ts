import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listRecords, writeRun } from '@disranker/dataset'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readTeacherScores } from './teacher-scores.ts'

const known = {
  queries: listRecords(['q1', 'w1'].map((id) => ({ id, text: id, split: 'train' as const }))),
  documents: listRecords(['a', 'b', 'c'].map((id) => ({ id, title: id, summary: '' }))),
}

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'scores-'))
  mkdirSync(join(home, 'scores'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))
const leave = (split: string, scores: Record<string, [string, number][]>) =>
  writeRun(
    join(home, 'scores', `${split}.run`),
    new Map(
      Object.entries(scores).map(([query, rows]) => [
        query,
        rows.map(([document, score]) => ({ document, score })),
      ]),
    ),
    't',
  )

it('standardises over the pairs of both splits', () => {
  leave('train', {
    q1: [
      ['a', 10],
      ['b', 8],
      ['c', 6],
    ],
  })
  leave('weak', {
    w1: [
      ['a', 4],
      ['b', 2],
    ],
  })
  const { mean, deviation, of } = readTeacherScores(home, known)
  // scores 10 8 6 4 2
  expect([mean, deviation]).toEqual([6, Math.sqrt(8)])
  expect(of('q1', ['c', 'a'])).toEqual([0, 4 / Math.sqrt(8)])
  expect(of('w1', ['b'])).toEqual([-4 / Math.sqrt(8)])
})

it('refuses a teacher that scored nothing, or not all', () => {
  leave('train', {})
  leave('weak', {})
  expect(() => readTeacherScores(home, known)).toThrow(/no scored train query/)
  leave('train', { q1: [['a', 1]] })
  expect(() => readTeacherScores(home, known).of('q1', ['b'])).toThrow(/no score of document b for query q1/)
})

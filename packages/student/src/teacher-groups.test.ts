import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Pairs, writeRun } from '@disranker/dataset'
import { seededBy } from '@disranker/transformer'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createTeacherGroups } from './teacher-groups.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'groups-'))
  mkdirSync(join(home, 'runs'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const ids = ['a', 'b', 'c', 'd', 'e', 'f']
const pairs: Pairs = {
  documents: ids.map((id) => ({ id, title: id, summary: id })),
  queries: [
    { id: 'q1', text: 'one', split: 'train' },
    { id: 'w1', text: 'weak', split: 'weak' },
  ],
  clicks: [],
  judgements: new Map([
    [
      'q1',
      new Map([
        ['c', 3],
        ['a', 1],
      ]),
    ],
    ['w1', new Map([['b', 3]])],
  ]),
  candidates: () => new Map(),
  firstStage: () => new Map(),
}
const scored = (documents: string[]) =>
  documents.map((document, index) => ({ document, score: 10 - 2 * index }))

it('draws groups with the judged best first and the standardised scores of the teacher', () => {
  writeRun(join(home, 'runs', 'train.run'), new Map([['q1', scored(['a', 'b', 'c', 'd', 'e'])]]), 't')
  writeRun(join(home, 'runs', 'weak.run'), new Map(), 't')
  const { draw, mean, deviation } = createTeacherGroups(pairs, home, { size: 3, weakShare: 0.5 })
  // scores 10 8 6 4 2
  expect([mean, deviation]).toEqual([6, Math.sqrt(8)])
  const random = seededBy(1)
  for (let i = 0; i < 20; i++) {
    const { query, documents, targets } = draw(random)
    expect(query).toBe('one')
    expect(documents[0]!.id).toBe('c')
    expect(new Set(documents.map(({ id }) => id)).size).toBe(3)
    for (const [index, { id }] of documents.entries())
      expect(targets[index]).toBeCloseTo((10 - 2 * 'abcde'.indexOf(id) - 6) / Math.sqrt(8), 6)
  }
})

it('draws weak queries by their share', () => {
  writeRun(join(home, 'runs', 'train.run'), new Map([['q1', scored(['a', 'b', 'c'])]]), 't')
  writeRun(join(home, 'runs', 'weak.run'), new Map([['w1', scored(['f', 'b'])]]), 't')
  const { draw } = createTeacherGroups(pairs, home, { size: 2, weakShare: 0.25 })
  const random = seededBy(2)
  const weak = Array.from({ length: 400 }, () => draw(random)).filter(({ query }) => query === 'weak')
  expect(weak.length / 400).toBeGreaterThan(0.18)
  expect(weak.length / 400).toBeLessThan(0.32)
  expect(weak[0]!.documents[0]!.id).toBe('b')
})

it('refuses a teacher that scored nothing', () => {
  writeRun(join(home, 'runs', 'train.run'), new Map(), 't')
  writeRun(join(home, 'runs', 'weak.run'), new Map(), 't')
  expect(() => createTeacherGroups(pairs, home, { size: 2, weakShare: 0 })).toThrow(/no scored train query/)
})

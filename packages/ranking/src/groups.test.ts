import { listRecords, type Pairs, type Query, type Run, seededSampler } from '@disranker/dataset'
import { expect, it } from 'vitest'
import { createGroups, type GroupOptions } from './groups.ts'

const documents = Array.from({ length: 40 }, (_, i) => ({ id: `d${i}`, title: `t${i}`, summary: '' }))
const queries: Query[] = [
  { id: 'train', text: 'a', split: 'train' },
  { id: 'other', text: 'b', split: 'train' },
  { id: 'unjudged', text: 'c', split: 'train' },
  { id: 'test', text: 'd', split: 'test' },
  { id: 'weak', text: 'e', split: 'weak' },
  { id: 'weak-alone', text: 'f', split: 'weak' },
]
const run = (ids: readonly string[]): Run =>
  new Map(ids.map((id) => [id, [1, 2, 3, 4, 5, 6].map((i) => ({ document: `d${i}`, score: -i }))]))
const pairs: Pairs = {
  documents: listRecords(documents),
  queries: listRecords(queries),
  clicks: [],
  judgements: new Map([
    [
      'train',
      new Map([
        ['d1', 3],
        ['d2', 1],
        ['d3', 0],
        ['gone', 3],
      ]),
    ],
    [
      'other',
      new Map([
        ['d30', 2],
        ['d31', 2],
      ]),
    ],
    ['test', new Map([['d5', 3]])],
    ['weak', new Map([['d6', 3]])],
    ['weak-alone', new Map([['d7', 3]])],
  ]),
  candidates: (split) => (split === 'weak' ? run(['weak']) : run(['train', 'other'])),
  firstStage: () => new Map(),
  close() {},
}
const options: GroupOptions = { size: 6, hardShare: 0.6, popularShare: 0.2, weakShare: 0 }
const draw = (changes: Partial<GroupOptions>, count = 200) => {
  const random = seededSampler(1, 'groups')
  const next = createGroups(pairs, { ...options, ...changes })
  return Array.from({ length: count }, () => next(random))
}

it('draws one document of the highest grade, one of a middle grade, and others without repeats', () => {
  for (const { query, documents: drawn, grades } of draw({})) {
    expect(['train', 'other']).toContain(query.id)
    expect(drawn).toHaveLength(6)
    expect(new Set(drawn.map(({ id }) => id)).size).toBe(6)
    expect(grades[0]).toBe(query.id === 'train' ? 3 : 2)
    expect(grades.slice(1).every((grade) => grade < grades[0]!)).toBe(true)
    if (query.id === 'train') expect([drawn[0]!.id, drawn[1]!.id, grades[1]]).toEqual(['d1', 'd2', 1])
  }
})

it('takes the stated share from the first stage', () => {
  const share = (hardShare: number) => {
    const groups = draw({ hardShare, popularShare: 0 }).filter(({ query }) => query.id === 'other')
    const hard = groups.map(
      ({ documents: drawn }) => drawn.filter(({ id }) => Number(id.slice(1)) <= 6 && id !== 'd0').length,
    )
    return hard.reduce((a, b) => a + b, 0) / hard.length
  }
  expect(share(0.6)).toBeGreaterThan(3 - 1e-9)
  expect(share(0)).toBeLessThan(1.5)
})

it('draws candidates alone when they are all there shall be', () => {
  const groups = draw({ hardShare: 1 })
  expect(new Set(groups.map(({ query }) => query.id))).toEqual(new Set(['train']))
  for (const { documents: drawn, grades } of groups) {
    expect(drawn.every(({ id }) => Number(id.slice(1)) >= 1 && Number(id.slice(1)) <= 6)).toBe(true)
    expect([drawn[0]!.id, drawn[1]!.id]).toEqual(['d1', 'd2'])
    expect(grades.slice(0, 2)).toEqual([3, 1])
    expect(drawn.length).toBeGreaterThanOrEqual(5)
  }
})

it('draws weak queries with candidates by their share, and never those of other splits', () => {
  const ids = draw({ weakShare: 0.5 }).map(({ query }) => query.id)
  const weak = ids.filter((id) => id === 'weak').length
  expect(weak).toBeGreaterThan(70)
  expect(weak).toBeLessThan(130)
  expect(new Set(ids)).toEqual(new Set(['train', 'other', 'weak']))
})

it('draws the same groups from the same random numbers', () => expect(draw({}, 20)).toEqual(draw({}, 20)))

it('makes smaller groups of few documents, and none of none', () => {
  const few: Pairs = {
    ...pairs,
    documents: listRecords(documents.slice(0, 4)),
    judgements: new Map([['train', new Map([['d1', 3]])]]),
    candidates: () => new Map([['train', [{ document: 'd2', score: 1 }]]]),
  }
  const group = createGroups(few, options)(seededSampler(1, 'few'))
  expect(group.documents.length).toBeGreaterThan(1)
  expect(group.documents.length).toBeLessThanOrEqual(4)
  expect(() => createGroups({ ...pairs, judgements: new Map() }, options)).toThrow(/nothing to rank/)
})

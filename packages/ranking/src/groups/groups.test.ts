import { listRecords, type Pairs, type Query, type Run, seededSampler } from '@disranker/dataset'
import { expect, it } from 'vitest'
import type { GroupOptions, ScoredGroupOptions } from '../recipe/recipe-parts.ts'
import { createGroups, stratify } from './groups.ts'

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
/** a teacher that likes documents of high numbers */
const teacher = (_query: string, ids: readonly string[]) => ids.map((id) => Number(id.slice(1)))
const draw = (changes: Partial<ScoredGroupOptions>, count = 200, from = pairs) => {
  const random = seededSampler(1, 'groups')
  const next = createGroups(from, { ...options, ...changes }, teacher)
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

/** candidates as the pairs stage leaves them: six that were found, six that were added */
const added: Pairs = {
  ...pairs,
  candidates: (split) =>
    new Map(
      (split === 'weak' ? ['weak'] : ['train', 'other', 'unjudged']).map((id) => [
        id,
        // the first stage found the first six, the last of them with a score of 0
        Array.from({ length: 12 }, (_, i) => ({
          document: `d${i + 1}`,
          score: i < 6 ? 5 - i : 0,
          ...(i >= 6 && { added: true as const }),
        })),
      ]),
    ),
}

it('takes the stated share from what was added to the candidates', () => {
  const kinds = { size: 6, hardShare: 0.6, easyShare: 0.4, popularShare: 0 }
  for (const { query, documents: drawn } of draw(kinds, 100, added)) {
    // the one query whose best document is a candidate
    expect(query.id).toBe('train')
    const numbers = drawn.map(({ id }) => Number(id.slice(1)))
    expect(numbers.slice(0, 2)).toEqual([1, 2])
    expect(numbers.every((number) => number <= 12)).toBe(true)
    // a document of a middle grade stands next to the shares of the five others: 3 that were found, and what is left
    expect(numbers.filter((number) => number > 6)).toHaveLength(1)
  }
  const easy = draw({ ...kinds, hardShare: 0.2, easyShare: 0.8 }, 100, added)
  for (const { documents: drawn } of easy)
    expect(drawn.filter(({ id }) => Number(id.slice(1)) > 6)).toHaveLength(3)
})

it('draws ungraded queries by their share, without a grade', () => {
  const groups = draw({ unlabelledShare: 0.5 }, 200, added)
  const ungraded = groups.filter(({ query }) => query.id === 'unjudged')
  expect(ungraded.length).toBeGreaterThan(70)
  expect(ungraded.length).toBeLessThan(130)
  for (const { documents: drawn, grades } of ungraded) {
    expect(drawn).toHaveLength(6)
    expect(drawn.every(({ id }) => Number(id.slice(1)) >= 1 && Number(id.slice(1)) <= 12)).toBe(true)
    expect(grades).toEqual(drawn.map(() => Number.NaN))
  }
  expect(new Set(groups.map(({ query }) => query.id))).toEqual(new Set(['train', 'other', 'unjudged']))
  // and none where it is not asked for, or there are none
  expect(draw({}, 200, added).some(({ query }) => query.id === 'unjudged')).toBe(false)
  expect(draw({ unlabelledShare: 0.5 }).some(({ query }) => query.id === 'unjudged')).toBe(false)
})

it("draws from all parts of the teacher's scores, one after the other", () => {
  for (const { query, documents: drawn, grades } of draw({ strata: 4, unlabelledShare: 0.5 }, 100, added)) {
    const graded = query.id !== 'unjudged'
    // the best one and the middle one are drawn before
    const before = query.id === 'train' ? ['d1', 'd2'] : []
    const parts = stratify(
      Array.from({ length: 12 }, (_, i) => `d${i + 1}`).filter((id) => !before.includes(id)),
      4,
      (ids) => teacher('', ids),
    )
    const others = drawn.slice(graded ? (query.id === 'train' ? 2 : 1) : 0).map(({ id }) => id)
    const from = others.map((id) => parts.findIndex((part) => part.includes(id)))
    expect(new Set(from).size).toBe(Math.min(4, others.length))
    expect(drawn).toHaveLength(6)
    if (query.id === 'train') expect(grades.slice(0, 2)).toEqual([3, 1])
  }
  expect(() => createGroups(pairs, { ...options, strata: 4 })).toThrow(/4 strata.*no teacher/)
})

it('makes strata of equal numbers, the best first', () => {
  const ids = ['d3', 'd9', 'd1', 'd7', 'd5']
  expect(stratify(ids, 2, (list) => teacher('', list))).toEqual([
    ['d9', 'd7'],
    ['d5', 'd3', 'd1'],
  ])
  expect(stratify(ids.slice(0, 2), 4, (list) => teacher('', list))).toEqual([['d9'], ['d3']])
  expect(stratify([], 4, () => [])).toEqual([])
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

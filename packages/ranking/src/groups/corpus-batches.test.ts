import type { Pairs } from '@disranker/dataset'
import { seededBy } from '@disranker/engine'
import { expect, it } from 'vitest'
import { createCorpusBatches } from './corpus-batches.ts'

const documents = Array.from({ length: 50 }, (_, number) => `d${number}`)
const queries = [
  { id: 'q0', text: 'zero', split: 'train' },
  { id: 'q1', text: 'one', split: 'weak' },
  { id: 'q2', text: 'two', split: 'test' },
  { id: 'q3', text: 'three', split: 'train' },
]
const pairs = {
  queries: Object.assign([...queries], { at: (number: number) => queries[number]! }),
  documents: {
    length: documents.length,
    numberOf: (id: string) => documents.indexOf(id),
  },
  judgements: new Map([
    [
      'q0',
      new Map([
        ['d7', 2],
        ['d9', 1],
        ['d11', 0],
      ]),
    ],
    ['q1', new Map([['d3', 1]])],
    ['q2', new Map([['d5', 2]])],
    ['q3', new Map([['d4', 0]])],
  ]),
  candidates: (split: string) => new Map(split === 'train' ? [['q0', [{ document: 'd30', score: 1 }]]] : []),
} as unknown as Pairs
const options = { seed: 1, batch: 3, documents: 100, trainTimes: 2, gains: [0, 1, 3] }

it('shares a query out over its graded documents; weak queries come once, test ones never', () => {
  const batches = createCorpusBatches(pairs, options)
  // q0 twice and q1 once: q3 has no grade above 0
  expect(batches.length).toBe(3)
  const { queries, documents: chosen, wanted } = batches.draw(0, seededBy(1))
  expect([...queries].sort()).toEqual(['one', 'zero', 'zero'])
  expect(chosen).toHaveLength(50)
  for (const [row, text] of queries.entries()) {
    const line = [...wanted.subarray(row * 50, (row + 1) * 50)].flatMap((p, d) => (p > 0 ? [[d, p]] : []))
    expect(line).toEqual(
      text === 'one'
        ? [[3, 1]]
        : [
            [7, 0.75],
            [9, 0.25],
          ],
    )
  }
})

it('tells a query apart from its own documents, its candidates and random ones where not all have room', () => {
  const {
    queries,
    documents: chosen,
    wanted,
  } = createCorpusBatches(pairs, { ...options, documents: 8 }).draw(0, seededBy(1))
  expect(chosen).toHaveLength(8)
  expect(new Set(chosen).size).toBe(8)
  for (const number of [3, 7, 9, 30]) expect([...chosen]).toContain(number)
  for (let row = 0; row < queries.length; row++)
    expect(wanted.subarray(row * 8, (row + 1) * 8).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6)
})

it('leaves out queries that do not take part', () => {
  const batches = createCorpusBatches(pairs, { ...options, takes: (query) => query !== 0 })
  expect(batches.length).toBe(1)
  expect(batches.draw(0, seededBy(1)).queryNumbers).toEqual([1, 1, 1])
})

it('says that there is nothing to learn', () => {
  const none = { ...pairs, judgements: new Map() } as unknown as Pairs
  expect(() => createCorpusBatches(none, options)).toThrow(/No train query has a judged document/)
})

import { createBm25 } from '@disranker/lexical'
import { expect, it } from 'vitest'
import { firstStageRun, sampleQueries, spread, trainingRun } from './candidates.ts'
import type { Query } from './records.ts'

const documents = ['red apple', 'green apple', 'red brick', 'blue sky', 'cold water'].map((title, i) => ({
  id: `d${i}`,
  title,
  summary: '',
}))
const bm25 = createBm25(documents.map(({ title }) => title))
const queries: Query[] = [
  { id: 'q', text: 'red apple', split: 'train' },
  { id: 'none', text: 'xyz', split: 'train' },
]
const ids = (rows: readonly { document: string }[] | undefined) => rows?.map(({ document }) => document)

it('is the first stage alone for what is reranked, at most to its depth', () => {
  const run = firstStageRun(bm25, documents, queries, 2)
  expect(ids(run.get('q'))).toEqual(['d0', 'd1'])
  expect(run.get('none')).toEqual([])
})

it('adds the judged documents of the highest grade and random ones for what is learned from', () => {
  const judgements = new Map([
    [
      'q',
      new Map([
        ['d3', 3],
        ['d4', 1],
        ['d0', 3],
      ]),
    ],
  ])
  const run = trainingRun(bm25, documents, queries, judgements, { first: 2, depth: 3, random: 0, seed: 1 })
  expect(ids(run.get('q'))).toEqual(['d0', 'd1', 'd3'])
  const more = trainingRun(bm25, documents, queries, judgements, { first: 2, depth: 3, random: 20, seed: 1 })
  expect(new Set(ids(more.get('q')))).toEqual(new Set(documents.map(({ id }) => id)))
})

it('draws for one query whatever the others are', () => {
  const recipe = { first: 1, depth: 3, random: 2, seed: 1 }
  const both = trainingRun(bm25, documents, queries, new Map(), recipe)
  const alone = trainingRun(bm25, documents, queries.slice(1), new Map(), recipe)
  expect(alone.get('none')).toEqual(both.get('none'))
})

it('spreads over all ranks, the upper ones denser', () => {
  const ranks = Array.from({ length: 60 }, (_, rank) => rank)
  // floor((i / 4)^1.5 * 60): 0, 7.5, 21.2, 38.97
  expect(spread(ranks, 4)).toEqual([0, 7, 21, 38])
  expect(spread(ranks.slice(0, 5), 4)).toEqual([0, 1, 2, 3])
  expect(spread(ranks.slice(0, 3), 4)).toEqual([0, 1, 2])
  for (let length = 1; length < 60; length++) {
    const taken = spread(ranks.slice(0, length), 24)
    expect(new Set(taken).size).toBe(Math.min(24, length))
    expect(Math.max(...taken)).toBeLessThan(length)
  }
})

it('samples the same queries for the same seed, in their order', () => {
  const many = Array.from({ length: 100 }, (_, i): Query => ({ id: `w${i}`, text: '', split: 'weak' }))
  const drawn = sampleQueries(many, 30, 4)
  expect(drawn).toHaveLength(30)
  expect(sampleQueries(many, 30, 4)).toEqual(drawn)
  expect(sampleQueries(many, 30, 5)).not.toEqual(drawn)
  const places = drawn.map((query) => many.indexOf(query))
  expect(places).toEqual([...places].sort((a, b) => a - b))
  expect(sampleQueries(many, 1000, 4)).toEqual(many)
})

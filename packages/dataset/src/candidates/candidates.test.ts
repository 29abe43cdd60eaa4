import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Found } from '../first-stage/first-stage-search.ts'
import { listRecords } from '../records/record-list.ts'
import { seededSampler } from '../records/seeded-sampler.ts'
import { readRun } from '../runs/runs.ts'
import { sampleNumbers, spread, trainingRows, writeCandidates } from './candidates.ts'

const documents = {
  length: 5,
  idOf: (number: number) => `d${number}`,
  numberOf: (id: string) => Number(id.slice(1)),
}
const found = (...number: number[]): Found => ({
  number: Uint32Array.from(number),
  score: Float64Array.from(number, (_, i) => 3 - i / 3),
})
const ids = (rows: readonly { document: string }[]) => rows.map(({ document }) => document)

it('adds the judged documents of the highest grade and random ones for what is learned from', () => {
  const grades = new Map([
    ['d3', 3],
    ['d4', 1],
    ['d0', 3],
  ])
  const sampler = () => seededSampler(1, 'q')
  const rows = trainingRows(found(0, 1), grades, documents, { first: 2, random: 0 }, sampler())
  expect(rows).toEqual([
    { document: 'd0', score: 3 },
    { document: 'd1', score: 8 / 3 },
    { document: 'd3', score: 0, added: true },
  ])
  const more = trainingRows(found(0, 1), grades, documents, { first: 2, random: 20 }, sampler())
  expect(new Set(ids(more))).toEqual(new Set(['d0', 'd1', 'd2', 'd3', 'd4']))
})

it('adds popular documents, of those that it is given', () => {
  const few = { first: 1, random: 0, popular: 9 }
  const rows = trainingRows(found(0, 1), undefined, documents, few, seededSampler(1, 'q'), [2, 2, 4])
  expect(rows.slice(0, 1)).toEqual([{ document: 'd0', score: 3 }])
  expect(new Set(ids(rows.slice(1)))).toEqual(new Set(['d2', 'd4']))
})

it('has no judged documents to add where all grades are 0', () => {
  const zero = new Map([['d3', 0]])
  expect(trainingRows(found(), zero, documents, { first: 2, random: 0 }, seededSampler(1, 'q'))).toEqual([])
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
  const queries = { idOf: (number: number) => `w${number}` }
  const many = Int32Array.from({ length: 100 }, (_, i) => 7 * i)
  const drawn = sampleNumbers(queries, many, 30, 4)
  expect(drawn).toHaveLength(30)
  expect(sampleNumbers(queries, many, 30, 4)).toEqual(drawn)
  expect(sampleNumbers(queries, many, 30, 5)).not.toEqual(drawn)
  expect([...drawn]).toEqual([...drawn].sort((a, b) => a - b))
  expect([...drawn].every((number) => many.includes(number))).toBe(true)
  expect(sampleNumbers(queries, many, 1000, 4)).toEqual(many)
})

it('has one bar at a time: the index is built before the candidates are counted', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'candidates-'))
  const said: string[] = []
  const progress = {
    start: (what: string) => said.push(`start ${what}`),
    update() {},
    stop: () => said.push('stop'),
    say() {},
  }
  const pairs = {
    documents: listRecords([{ id: 'd', title: 'red', summary: '' }]),
    queries: listRecords([{ id: 'q', text: 'red', split: 'test' as const }]),
    clicks: [],
    judgements: new Map([['q', new Map([['d', 1]])]]),
    candidates: () => new Map(),
    firstStage: () => new Map(),
    close() {},
  }
  const learned = { first: 1, depth: 1, random: 0 }
  const written = await writeCandidates('test', {
    folder,
    pairs,
    imported: undefined,
    own: new Map(),
    name: 'ours',
    async bm25() {
      progress.start('indexing')
      progress.stop()
      return {
        async *search(texts) {
          for (const _ of texts) yield found(0)
        },
        async close() {},
      }
    },
    recipe: { seed: 1, rerank: 5, train: learned, weak: learned },
    progress,
    signal: new AbortController().signal,
  })
  const run = readRun(join(folder, 'first-stage.test.run'))
  rmSync(folder, { recursive: true })
  expect(written).toBe(1)
  expect([...run]).toEqual([['q', [{ document: 'd', score: 3 }]]])
  expect(said).toEqual(['start indexing', 'stop', 'start pairs: test candidates', 'stop'])
})

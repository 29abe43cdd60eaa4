// Splits, pooling and the shared vectors of `npm run bench -- own-data`, and the whole of it on the tiny corpus with a tiny encoder.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readPairs, readPseudoQueries } from '@disranker/dataset'
import { dotRows, readVectors } from '@disranker/ranking'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeTinyBert } from '../tiny/checkpoints.ts'
import { documents, queries, writeCorpus } from '../tiny/corpus.ts'
import * as recipes from '../tiny/recipes.ts'
import { measureSet } from './measure-set.ts'
import { type Measured, poolRows } from './pool.ts'
import { splitQueries } from './random-splits.ts'

const judgements = new Map(queries.map(({ id, judgements }) => [id, judgements]))
const options = { seed: 1, test: 0.3, validation: 0.1 }

it('puts every query into one part, by shares and by seed', () => {
  const parts = splitQueries(queries, judgements, options)
  expect([...parts.keys()].sort()).toEqual(queries.map(({ id }) => id).sort())
  const count = (part: string) => [...parts.values()].filter((one) => one === part).length
  expect(count('test')).toBe(22)
  expect(count('validation')).toBe(7)
  expect(splitQueries(queries, judgements, options)).toEqual(parts)
  expect(splitQueries(queries, judgements, { ...options, seed: 2 })).not.toEqual(parts)
})

it('leaves the test queries as they are where fewer are judged', () => {
  const testOf = (parts: Map<string, string>) => [...parts].filter(([, part]) => part === 'test')
  const few = splitQueries(queries, judgements, { ...options, judged: 20 })
  expect(testOf(few)).toEqual(testOf(splitQueries(queries, judgements, options)))
  expect(few.size).toBe(22 + 20)
})

it('counts a query that was measured often as one', () => {
  const measured = (gains: Record<string, number>): Measured => {
    const of = (add: (id: string) => number) =>
      new Map(Object.keys(gains).map((id) => [id, { ndcg: 0.5 + add(id), mrr: 0.5 }]))
    return new Map([
      ['bm25', of(() => 0)],
      ['table', of((id) => gains[id]!)],
    ])
  }
  const once = { a: 0.1, b: 0.3, c: -0.1, d: 0.2, e: 0.1 }
  const [first, table] = poolRows([measured(once)])
  expect(first!.ndcg10Gain).toBeUndefined()
  expect(table).toMatchObject({ row: 'table', queries: 5, mrr10: 0.5 })
  expect(table!.ndcg10Gain!.value).toBeCloseTo(0.12, 12)
  const often = poolRows([measured(once), measured(once), measured(once)])[1]!
  expect(often.queries).toBe(5)
  expect(often.ndcg10Gain!.p).toBe(table!.ndcg10Gain!.p)
  expect(often.each).toHaveLength(3)
})

let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'own-data-'))
  writeCorpus(join(home, 'in'))
  writeTinyBert(join(home, 'bert'))
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

it('measures a set by the stages, with features that are made once', async () => {
  const { seeds: _, ...staticBiEncoder } = recipes.staticBiEncoder
  const set = {
    input: join(home, 'in'),
    work: join(home, 'work'),
    splits: 1,
    seeds: 1,
    rows: ['features', 'table'] as const,
    // 72 is all of them, on which the stage chooses, too
    curve: [5, 72],
    encoder: join(home, 'bert'),
    changes: {
      features: { lengths: { query: 24, document: 48 } },
      heads: { training: { steps: 10 } },
      'static-bi-encoder': staticBiEncoder,
      table: {
        ...recipes.table,
        targets: { few: { ...recipes.table.targets.few, teachers: [{ vectors: 'features', weight: 1 }] } },
        lexicalWeight: 'search',
        training: { steps: 20 },
      },
    },
  }
  const told = []
  for await (const step of measureSet(set)) told.push(step)
  expect(told.map(({ done, all }) => [done, all])).toEqual([[1, 1]])
  const { pooled } = told.at(-1)!
  expect(pooled.map(({ row }) => row)).toEqual(['bm25', 'features', 'table', 'table/5', 'table/72'])
  const [table, few, all] = pooled.slice(2)
  expect(all!.ndcg10).toBeCloseTo(table!.ndcg10, 2)
  expect(few!.each).not.toEqual(all!.each)
  expect(pooled[0]!.queries).toBe(22)
  expect(new Set(pooled.map(({ queries }) => queries)).size).toBe(1)

  const [base, split] = ['base', 'split-0'].map((name) => {
    const at = (stage: string) => join(home, 'work', name, stage)
    const pairs = readPairs(at('pairs'))
    const counts = {
      documents: documents.length,
      queries: pairs.queries.length,
      pseudo: readPseudoQueries(join(home, 'work', 'base', 'pseudo-queries')).length,
    }
    return { pairs, vectors: readVectors(at('features'), counts) }
  })
  const logit = ({ pairs, vectors }: NonNullable<typeof base>, query: string) =>
    dotRows(vectors.queries, pairs.queries.numberOf(query), vectors.documents, 7, vectors.features)
  for (const { id } of split!.pairs.queries) expect(logit(split!, id)).toBe(logit(base!, id))
  const manifest = JSON.parse(
    readFileSync(join(home, 'work', 'split-0', 'seed-0', 'table', 'manifest.json'), 'utf8'),
  )
  expect(manifest.metrics.steps).toBe(20)

  const shared = []
  for await (const { pooled } of measureSet({ ...set, shared: true })) shared.push(pooled)
  expect(shared.at(-1)!.map(({ row }) => row)).toEqual(['bm25', 'table', 'table/5', 'table/72'])
  // the same test queries, by the same lists
  expect(shared.at(-1)![0]!.queries).toBe(pooled[0]!.queries)
  expect(shared.at(-1)![0]!.ndcg10).toBeCloseTo(pooled[0]!.ndcg10, 12)

  // one student a seed: a split has heads and the form `vectors` of its own, and no table
  const oneStudent = []
  const changes = {
    ...set.changes,
    distil: { vocabulary: recipes.table.vocabulary },
    vectors: { minAgreement: -1, maxLoss: 1 },
  }
  for await (const { pooled } of measureSet({
    ...set,
    ...{ changes, curve: [], rows: ['vectors'], oneStudent: true, work: join(home, 'one-student') },
  }))
    oneStudent.push(pooled)
  expect(oneStudent.at(-1)!.map(({ row }) => row)).toEqual(['bm25', 'vectors'])
  const made = readdirSync(join(home, 'one-student', 'split-0', 'seed-0')).sort()
  expect(made).toEqual(['heads', 'vectors'])
}, 120_000)

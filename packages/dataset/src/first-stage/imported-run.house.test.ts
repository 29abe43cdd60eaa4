import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Manifest } from '@disranker/stage'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach, expect, it } from 'vitest'
import recipe from '../../recipes/pairs.ts'
import { pairs } from '../pairs.ts'
import { toLines } from '../records/lines.ts'
import { readPairs } from '../records/read-pairs.ts'

const DOCUMENTS = ['red lamp', 'blue lamp', 'red boat', 'blue boat'].map((title, i) => ({
  id: `d${i}`,
  title,
  summary: '',
}))
const SPLITS = ['train', 'train', 'validation', 'test'] as const
const QUERIES = SPLITS.map((split, i) => ({ id: `q${i}`, text: DOCUMENTS[i]!.title, split }))

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'imported-'))
  mkdirSync(join(home, 'in'))
  write('documents.jsonl', toLines(DOCUMENTS))
  write('queries.jsonl', toLines(QUERIES))
  write('qrels.txt', QUERIES.map(({ id }, i) => `${id} 0 d${i} 1\n`).join(''))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const write = (name: string, content: string) => writeFileSync(join(home, 'in', name), content)
const run = (): Promise<Manifest> =>
  pairs({
    input: join(home, 'in'),
    out: join(home, 'out'),
    recipe: { ...recipe, badRows: { share: 0.3, show: 5 } },
  })
const ids = (rows: readonly { document: string }[] | undefined) => rows?.map(({ document }) => document)

it('takes the place of BM25, by its own order and under its own name', async () => {
  // what no word says: a dense first stage
  write(
    'run.txt',
    QUERIES.flatMap(({ id }) =>
      ['d3', 'd1', 'd2'].map((d, i) => `${id}\tQ0 ${d} ${i + 1} ${0.9 - i / 10} dense-v2\r\n`),
    ).join(''),
  )
  const { metrics } = await run()
  expect(metrics.firstStage).toBe('dense-v2')
  const { candidates, firstStage } = readPairs(join(home, 'out'))
  // a run is parsed once, for all who ask
  expect(candidates('train')).toBe(candidates('train'))
  expect(firstStage('test').get('q3')).toEqual([
    { document: 'd3', score: 0.9 },
    { document: 'd1', score: 0.8 },
    { document: 'd2', score: 0.7 },
  ])
  expect(ids(candidates('validation').get('q2'))).toEqual(['d3', 'd1', 'd2'])
  expect(ids(candidates('train').get('q0'))!.slice(0, 4)).toEqual(['d3', 'd1', 'd2', 'd0'])
  expect(readFileSync(join(home, 'out', 'first-stage.test.run'), 'utf8')).toMatch(
    /^q3 Q0 d3 1 0.9 dense-v2\n/,
  )
})

it('is read from Parquet, by the texts of the queries, and sorted by score', async () => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const rows = QUERIES.flatMap(({ text }) => [
    `(' ${text.toUpperCase()} ', 'd1', 1.5)`,
    `('${text}', 'd2', 2.5)`,
  ])
  await connection.run(
    `COPY (SELECT * FROM (VALUES ${rows.join(', ')}) AS t(query_text, doc_id, score)) TO '${join(home, 'in', 'run.parquet')}'`,
  )
  connection.closeSync()
  const { metrics } = await run()
  expect(metrics.firstStage).toBe('first_stage')
  const { candidates, queries } = readPairs(join(home, 'out'))
  for (const { id, split } of queries)
    expect(ids(candidates(split).get(id))?.slice(0, 2)).toEqual(['d2', 'd1'])
})

it('names the queries that it lacks: BM25 finds what is learned from, nothing what is measured on', async () => {
  write('run.txt', 'q0 Q0 d3 1 7 es\nq2 Q0 d2 1 7 es\nq2 Q0 nowhere 2 6 es\nq9 Q0 d2 1 7 es\n')
  await expect(run()).rejects.toThrow(/None of the 1 judged test queries/)
  write('run.txt', 'q0 Q0 d3 1 7 es\nq2 Q0 d2 1 7 es\nq3 Q0 d2 1 7 es\nq2 Q0 nowhere 2 6 es\n')
  const { metrics } = await run()
  const notices = (metrics.notices as string[]).join('\n')
  expect(notices).toMatch(/has no row for 1 judged train queries \(q1\): BM25 finds/)
  expect(notices).toMatch(/skipped 1 of 4 rows/)
  const train = readPairs(join(home, 'out')).candidates('train')
  expect(ids(train.get('q0'))!.slice(0, 2)).toEqual(['d3', 'd0'])
  // "blue lamp" by its words
  expect(ids(train.get('q1'))!.slice(0, 3)).toEqual(['d1', 'd0', 'd3'])
})

it('is refused when it is no run, or of other queries', async () => {
  write('run.txt', 'q0 d3 7\n')
  await expect(run()).rejects.toThrow(/"q0 d3 7" has 3 columns; wanted query Q0/)
  write('run.txt', 'other Q0 d3 1 7 es\n')
  await expect(run()).rejects.toThrow(/has 1 queries, none of which the log or the judgements have/)
})

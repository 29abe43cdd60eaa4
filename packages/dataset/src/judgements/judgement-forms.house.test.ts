// Every form that judgements come in leaves the same grades, and grades that mean nothing are named with what to do.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readJudged } from '../corpus/corpus.ts'
import { type Database, openDatabase, query } from '../database/database.ts'
import { findInput } from '../input/input-folder.ts'
import { toLines } from '../records/lines.ts'
import type { GradeMeaning } from './grades.ts'

let home: string
let database: Database
let said: string[]
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'judgements-'))
  said = []
  database = await openDatabase(join(home, 'scratch'))
  await database.connection.run(`CREATE TABLE document_ids AS SELECT 'd' || range AS id FROM range(9)`)
  write('queries.jsonl', toLines(QUERIES))
})
afterEach(() => {
  database.close()
  rmSync(home, { recursive: true })
})

const QUERIES = [
  { id: 'q1', text: 'Red shoes' },
  { id: 'q2', text: 'rain hat' },
]
const GRADES = [
  ['q1', 'd1', 3],
  ['q1', 'd2', 0],
  ['q2', 'd3', 1],
] as const
const textOf = (id: string) => QUERIES.find((one) => one.id === id)!.text
const write = (name: string, content: string | Uint8Array) => writeFileSync(join(home, name), content)
async function read(grades: GradeMeaning = 'as they are', share = 0.01) {
  await readJudged(database, findInput(home), { badRows: { share, show: 3 }, judgements: { grades } }, home, {
    start() {},
    update() {},
    stop() {},
    say: (line) => said.push(line.replace(home, '')),
  })
  const rows = await query<{ text: string; document: string; grade: number }>(
    database.connection,
    `SELECT text, document, grade FROM qrels JOIN judged_queries ON judged_queries.id = qrels.query ORDER BY qrels.line, document`,
  )
  return rows.map(({ text, document, grade }) => [text, document, grade])
}
const expected = GRADES.map(([id, document, grade]) => [textOf(id), document, grade])
const table = (part: string, header: string, value = (grade: number): unknown => grade) =>
  `${header === '' ? '' : `${header.replaceAll(',', part)}\n`}${GRADES.map(([id, document, grade]) => [id, document, value(grade)].join(part)).join('\n')}\n`
const byText = GRADES.map(([id, document, grade]) => [textOf(id), document, grade] as const)
const nested = Object.fromEntries(
  QUERIES.map(({ id }) => [
    id,
    Object.fromEntries(GRADES.filter(([one]) => one === id).map(([, document, grade]) => [document, grade])),
  ]),
)
const workbench = QUERIES.map(({ text }) => ({
  query: text,
  ratings: byText
    .filter(([one]) => one === text)
    .map(([, docId, grade]) => ({ docId, rating: grade.toFixed(3) })),
}))

const FORMS: Readonly<Record<string, () => void | Promise<void>>> = {
  'qrels.csv': () => write('qrels.csv', table(',', 'query,docid,rating')),
  'qrels.csv without a header': () => write('qrels.csv', table(',', '')),
  "Quepid's CSV, queries by their text": () =>
    write('qrels.csv', `query,docid,rating\n${byText.map((row) => `${row.join(',')}\n`).join('')}`),
  "Quepid's general CSV": () =>
    write(
      'judgements.csv',
      `Team Name,Case Name,Query Text,Doc ID,Rating\n${byText.map((row) => `t,c,${row.join(',')}\n`).join('')}`,
    ),
  'qrels.tsv by spaces': () => write('qrels.tsv', GRADES.map(([q, d, g]) => `${q} 0 ${d} ${g}\n`).join('')),
  'qrels.tsv by tabs': () => write('qrels.tsv', GRADES.map(([q, d, g]) => `${q}\t0\t${d}\t${g}\n`).join('')),
  'qrels without an ending': () => write('qrels', GRADES.map(([q, d, g]) => `${q} 0 ${d} ${g}\n`).join('')),
  'three columns below a header, by spaces': () => write('qrels.txt', table(' ', 'query-id,corpus-id,score')),
  'qrels.txt.gz': () => write('qrels.txt.gz', gzipSync(table(' ', ''))),
  'rows of JSON': () =>
    write(
      'qrels.jsonl',
      toLines(GRADES.map(([query_id, doc_id, relevance]) => ({ query_id, doc_id, relevance }))),
    ),
  'an array of JSON': () =>
    write('judgments.json', JSON.stringify(GRADES.map(([qid, docno, label]) => ({ qid, docno, label })))),
  '{query: {document: grade}}': () => write('qrels.json', JSON.stringify(nested)),
  'the same, gzip': () => write('qrels.json.gz', gzipSync(JSON.stringify(nested))),
  "Search Relevance Workbench's import": () =>
    write(
      'judgments.json',
      JSON.stringify({ name: 'mine', type: 'IMPORT_JUDGMENT', judgmentRatings: workbench }, undefined, 2),
    ),
  "Search Relevance Workbench's answer": () =>
    write(
      'qrels.json',
      JSON.stringify({
        hits: { total: { value: 1 }, hits: [{ _id: 'x', _source: { judgmentRatings: workbench } }] },
      }),
    ),
  Parquet: async () => {
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    const values = GRADES.map(([q, d, g]) => `('${q}', '${d}', ${g}.0::FLOAT)`).join(', ')
    await connection.run(
      `COPY (SELECT * FROM (VALUES ${values}) AS t(query, product_id, score)) TO '${join(home, 'qrels.parquet')}' (FORMAT parquet)`,
    )
    connection.closeSync()
    instance.closeSync()
  },
  "ESCI's letters": () =>
    write(
      'qrels.csv',
      table(',', 'query,product_id,esci_label', (grade) => ({ 3: 'E', 1: 'C', 0: 'I' })[grade]),
    ),
  'float grades of whole numbers': () =>
    write(
      'qrels.txt',
      table(' ', '', (grade) => `${grade}.0`),
    ),
}

describe('judgements as', () => {
  it.each(Object.keys(FORMS))('%s', async (form) => {
    await FORMS[form]!()
    expect(await read()).toEqual(expected)
  })

  it.each(["Quepid's CSV, queries by their text", "Search Relevance Workbench's import"])(
    'without a queries file, whose texts they have: %s',
    async (form) => {
      rmSync(join(home, 'queries.jsonl'))
      await FORMS[form]!()
      expect(await read()).toEqual(expected)
      expect(said.join()).toMatch(/its 2 queries are read as texts, since there is no queries file/)
    },
  )
})

describe('grades', () => {
  it.each<readonly [string, GradeMeaning, (grade: number) => unknown]>([
    ['ratings up to 100', { above: [0, 40, 80] }, (grade) => [0, 30, 0, 95][grade]],
    ['shares', { above: [0, 0.4, 0.8] }, (grade) => [0, 0.1, 0, 1][grade]],
    ['words', { values: { Perfect: 3, fair: 1, BAD: 0 } }, (grade) => ['bad', 'Fair', '', 'perfect'][grade]],
  ])('mean what the recipe says: %s', async (_, meaning, value) => {
    write('qrels.csv', table(',', 'query,docid,rating', value))
    expect(await read(meaning)).toEqual(expected)
  })

  it.each<readonly [string, (grade: number) => unknown, RegExp]>([
    [
      'ratings up to 100',
      (grade) => [0, 30, 0, 90][grade],
      /2 of 3 grades are not understood\.\n {2}line 2: grade is 90; wanted a whole number from 0 to 10\nName what .*\{ above: \[0, 30, 60\] \}/,
    ],
    [
      'shares',
      (grade) => [0, 0.5, 0, 0.9][grade],
      /line 2: grade is 0\.9; wanted a whole number.*\n.*\{ above: \[0, 0\.3, 0\.6\] \}/,
    ],
    [
      'words',
      (grade) => ['bad', 'fair', '', 'perfect'][grade],
      /line 2: grade is perfect; .*\n.*\{ values: \{ "bad": 0, "fair": 1, "perfect": 2 \} \}/,
    ],
    [
      '1500',
      (grade) => (grade === 3 ? 1500 : grade),
      /line 2: grade is 1500; wanted a whole number from 0 to 10/,
    ],
  ])('that mean nothing are named, with a suggestion: %s', async (_, value, message) => {
    write('qrels.csv', table(',', 'query,docid,rating', value))
    await expect(read()).rejects.toThrow(message)
  })

  it('of one document that differ are said', async () => {
    write('qrels.txt', `${table(' ', '')}q1 d1 1\n`)
    expect(await read()).toEqual(expected)
    expect(said.join()).toContain('1 documents have several grades for one query: the highest counts')
  })
})

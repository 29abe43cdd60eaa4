// A small shop's log, corpus, queries and judgements, in a new folder for each test of a file, and the forms
// that they may have.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach } from 'vitest'
import recipe from '../recipes/pairs.ts'
import { pairs } from '../src/pairs.ts'
import type { PairsRecipe } from '../src/pairs-recipe.ts'
import { readPairs } from '../src/records/read-pairs.ts'
import { SUBJECTS } from './subjects.ts'

export interface Click {
  readonly timestamp: string
  readonly session_id: string
  readonly query: string
  readonly doc_id: string
  readonly position: number
  readonly clicked: boolean
}
/** ids are numbers as text, as in shops; a query and a title contain characters that CSV must quote */
export const documents = SUBJECTS.flatMap((subject, n) =>
  ['history', 'repair'].map((kind, k) => ({
    id: String(100 + 2 * n + k),
    title: `The "${subject}", ${kind}`,
    summary: `All about the ${kind}\nof every ${subject}; and more.`,
  })),
)
export const clicks: readonly Click[] = SUBJECTS.flatMap((subject, n) =>
  Array.from({ length: 8 }).flatMap((_, session) =>
    [0, 1].map((k) => ({
      timestamp: new Date(Date.UTC(2026, 0, 1, n, session)).toISOString(),
      session_id: String(1000 * n + session),
      query: `"${subject}", old; past`,
      doc_id: String(100 + 2 * n + ((k + session) % 2)),
      position: k + 1,
      clicked: (k + session) % 2 === 0,
    })),
  ),
)
export const queries = SUBJECTS.slice(0, 6).map((subject, n) => ({
  id: `q${n}`,
  text: `where is the ${subject}`,
  split: (['train', 'validation', 'test'] as const)[n % 3]!,
}))
export const qrels = queries.map(({ id }, n) => [id, String(100 + 2 * n), 1 + (n % 2)] as const)

export let home: string
export let input: string
/** Makes the folders before each test of the calling file, and removes them after it. */
export function useShop(): void {
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'forms-'))
    input = join(home, 'in')
    mkdirSync(input)
  })
  afterEach(() => rmSync(home, { recursive: true }))
}

export type Content = string | Uint8Array
export const write = (name: string, content: Content) => {
  mkdirSync(dirname(join(input, name)), { recursive: true })
  writeFileSync(join(input, name), content)
}
export const run = (changes: Partial<PairsRecipe> = {}) =>
  pairs({ input, out: join(home, 'out'), recipe: { ...recipe, ...changes } })
/** the output of the stage, as arrays */
export const read = () => {
  const { documents, queries, clicks, judgements } = readPairs(join(home, 'out'))
  return { documents: [...documents], queries: [...queries], clicks: [...clicks], judgements }
}
export const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
export const csv = (rows: readonly object[], delimiter = ',', end = '\n') =>
  [Object.keys(rows[0]!), ...rows.map((row) => Object.values(row))]
    .map((values) => values.map((value) => `"${String(value).replaceAll('"', '""')}"`).join(delimiter))
    .join(end) + end
export const tsv = (rows: readonly object[]) =>
  [Object.keys(rows[0]!), ...rows.map((row) => Object.values(row))]
    .map((values) => `${values.map((value) => String(value).replace(/\s+/g, ' ')).join('\t')}\n`)
    .join('')
export async function parquet(name: string, select: string, rows: readonly object[]) {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const source = join(home, 'rows.jsonl')
  writeFileSync(source, lines(rows))
  mkdirSync(dirname(join(input, name)), { recursive: true })
  await connection.run(
    `COPY (SELECT ${select} FROM read_json('${source}', format = 'newline_delimited')) TO '${join(input, name)}' (FORMAT parquet)`,
  )
  connection.closeSync()
  instance.closeSync()
}
export const writeJudged = () => {
  write('queries.jsonl', lines(queries))
  write('qrels.txt', qrels.map(([query, document, grade]) => `${query} 0 ${document} ${grade}\n`).join(''))
}
export const half = (rows: readonly object[], which: 0 | 1) =>
  rows.slice((which * rows.length) / 2, ((which + 1) * rows.length) / 2)
export const inSeconds = (row: Click) => ({ ...row, timestamp: Date.parse(row.timestamp) / 1000 })
export const inMilliseconds = (row: Click) => ({ ...row, timestamp: Date.parse(row.timestamp) })

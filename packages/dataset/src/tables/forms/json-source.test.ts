// What search engines dump: rows within rows, action lines between them, lists.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Database, openDatabase, query } from '../../database/database.ts'
import { findTable } from '../../input/input-files.ts'
import { toLines } from '../../records/lines.ts'
import type { Column, ColumnMap } from '../columns.ts'
import { loadTable } from '../table.ts'

const COLUMNS: readonly Column[] = [
  { name: 'id', required: true, aliases: ['_id'] },
  { name: 'title', required: true, aliases: ['name'] },
]
let home: string
let database: Database
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'json-'))
  database = await openDatabase(join(home, 'scratch'))
})
afterEach(() => {
  database.close()
  rmSync(home, { recursive: true })
})
const said: string[] = []
async function load(map: ColumnMap = {}) {
  const loaded = await loadTable(database, 'rows', findTable(home, ['t'])!, COLUMNS, { map })
  said.splice(0, said.length, ...loaded.said)
  const rows = await query<{ line: number; id: string; title: string; unreadable: string | null }>(
    database.connection,
    'SELECT line::INTEGER AS line, id, title, unreadable FROM rows ORDER BY line',
  )
  return rows.map(({ line, id, title, unreadable }) => unreadable ?? [line, id, title])
}
const documents = Array.from({ length: 30 }, (_, n) => ({ id: `d${n}`, title: `thing ${n}` }))
const write = (content: string, name = 't.jsonl') => writeFileSync(join(home, name), content)

it.each(['index', 'create'])(
  'reads a request of the bulk API, ids of the actions and all: %s',
  async (action) => {
    write(
      toLines(documents.flatMap(({ id, title }) => [{ [action]: { _index: 'shop', _id: id } }, { title }])),
    )
    expect(await load()).toEqual(documents.map(({ id, title }, n) => [2 * n + 2, id, title]))
    expect(said.join()).toContain('left out the action lines of the bulk API')
  },
)

it('reads rows within _source, by any of their names, and ids next to it', async () => {
  write(toLines(documents.map(({ id, title }) => ({ _index: 'shop', _id: id, _source: { name: title } }))))
  expect(await load()).toEqual(documents.map(({ id, title }, n) => [n + 1, id, title]))
})

it('reads the answer to a search', async () => {
  const hits = documents.map(({ id, title }) => ({ _id: id, _score: 1, _source: { title } }))
  write(JSON.stringify({ took: 3, hits: { total: { value: 30 }, hits } }, undefined, 1), 't.json')
  expect(await load()).toEqual(documents.map(({ id, title }, n) => [n + 1, id, title]))
})

it.each(['items.0.id', 'items[0].id'])('reads an element of a list: %s', async (id) => {
  const rows = documents.map(({ id, title }, n) => ({
    title,
    items: n === 3 ? [{ id }, { id: 'x' }] : [{ id }],
  }))
  write(toLines(rows))
  const expected = documents.map(({ id, title }, n) => [n + 1, id, title])
  expect(await load({ id })).toEqual(expected)
  expect(said.join()).toContain('1 of the first 30 rows have more than one element in "items"')
  rmSync(join(home, 't.jsonl'))
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  write(toLines(rows), 'source.jsonl')
  await connection.run(
    `COPY (SELECT * FROM read_json('${join(home, 'source.jsonl')}')) TO '${join(home, 't.parquet')}' (FORMAT parquet)`,
  )
  connection.closeSync()
  instance.closeSync()
  expect(await load({ id })).toEqual(expected)
})

it('refuses a list whose other elements would be lost, and one that is named as a whole', async () => {
  write(toLines(documents.map(({ id, title }) => ({ title, objectIDs: [id, 'x'] }))))
  await expect(load({ id: 'objectIDs.0' })).rejects.toThrow(
    /30 of the first 30 rows have more than one element in "objectIDs".*Export it so that each has a row/,
  )
  expect(await load({ id: 'objectIDs' })).toEqual(
    documents.map(() => expect.stringMatching(/^id is nested \(\["d\d+","x"\]\).*"list\.0"$/)),
  )
  write(toLines(documents.map(({ id, title }) => ({ title, objectIDs: [id] }))))
  expect(await load({ id: 'objectIDs.0' })).toEqual(documents.map(({ id, title }, n) => [n + 1, id, title]))
})

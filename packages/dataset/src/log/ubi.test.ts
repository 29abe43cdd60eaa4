// User Behavior Insights in all the forms that it is written in: lists of impressions or of results, one file or two, nested or
// flat, positions from 0 or 1. What does not come into the log is named with its number.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Database, openDatabase, query } from '../database/database.ts'
import { findInput } from '../input/input-folder.ts'
import { toLines } from '../records/lines.ts'
import { readUbi, ubiOf } from './ubi.ts'

let home: string
let database: Database
let said: string[]
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'ubi-'))
  said = []
  database = await openDatabase(join(home, 'scratch'))
  await database.connection.run(`CREATE TABLE document_ids AS SELECT 'd' || range AS id FROM range(9)`)
})
afterEach(() => {
  database.close()
  rmSync(home, { recursive: true })
})

const at = (second: number) => new Date(Date.UTC(2026, 0, 1) + 1000 * second).toISOString()
const asked = (id: string, second: number, more: object = {}) => ({
  query_id: id,
  client_id: 'c1',
  user_query: `words of ${id}`,
  timestamp: at(second),
  ...more,
})
const act = (
  action_name: string,
  id: string,
  object_id: string | undefined,
  ordinal: number,
  second: number,
) => ({
  action_name,
  query_id: id,
  client_id: 'c1',
  timestamp: at(second),
  event_attributes: {
    ...(object_id && { object: { object_id, object_id_field: 'id' } }),
    position: { ordinal },
  },
})
const impressions = (id: string, documents: string, second: number, first = 0) =>
  [...documents].map((n, position) => act('impression', id, `d${n}`, position + first, second))
const QUERIES = [asked('q1', 0), asked('q2', 100, { query_response_hit_ids: ['d4', 'd5'] }), asked('q3', 200)]
const EVENTS = [
  ...impressions('q1', '123', 1),
  act('click', 'q1', 'd2', 1, 10),
  act('item_click', 'q2', 'd4', 0, 110),
  act('hover', 'q2', 'd5', 1, 111),
  act('search', 'q3', undefined, 0, 200),
]
const bulk = (index: string, rows: readonly object[]) =>
  rows.flatMap((row, n) => [{ index: { _index: index, _id: String(n) } }, row])
const write = (name: string, content: string | Uint8Array) => writeFileSync(join(home, name), content)

async function read() {
  const tables = ubiOf(findInput(home))!
  const input = await readUbi(
    database,
    tables,
    home,
    { share: 0.01, show: 3 },
    {
      start() {},
      update() {},
      stop() {},
      say: (line) => said.push(line.replaceAll(`${home}/`, '')),
    },
  )
  const rows = await query<Record<string, string | null>>(
    database.connection,
    `SELECT "query", doc_id, "position", clicked, dwell_ms FROM '${input.files[0]}' ORDER BY ALL`,
  )
  return rows.map((row) => Object.values(row).join(' ').trim())
}
/** q1 by its impressions, q2 by what it returned; a stay lasts until the next query */
const EXPECTED = [
  'words of q1 d1 1 false',
  'words of q1 d2 2 true 90000',
  'words of q1 d3 3 false',
  'words of q2 d4 1 true 90000',
  'words of q2 d5 2 false',
]

const FORMS: Readonly<Record<string, () => void | Promise<void>>> = {
  'two files': () => {
    write('ubi_queries.ndjson', toLines(QUERIES))
    write('ubi_events.ndjson.gz', gzipSync(toLines(EVENTS)))
  },
  'one request of the bulk API': () =>
    write(
      'ubi_queries_events.ndjson',
      toLines([...bulk('ubi_queries', QUERIES), ...bulk('ubi_events', EVENTS)]),
    ),
  'one dump with _source': () =>
    write('ubi.jsonl', toLines([...EVENTS, ...QUERIES].map((row, n) => ({ _id: n, _source: row })))),
  'times as numbers, positions from 1, ids of 1.3': () => {
    const number = <Row extends { timestamp: string }>(row: Row) => ({
      ...row,
      timestamp: Date.parse(row.timestamp),
    })
    write(
      'ubi_queries.jsonl',
      toLines(
        QUERIES.map(number).map(({ query_response_hit_ids, ...row }: Record<string, unknown>) => ({
          ...row,
          query_response_object_ids: query_response_hit_ids ?? [],
        })),
      ),
    )
    write(
      'ubi_events.jsonl',
      toLines(
        EVENTS.map(number).map(({ event_attributes: { position, ...object }, ...row }) => ({
          ...row,
          event_attributes: { ...object, position: { ordinal: position.ordinal + 1 } },
        })),
      ),
    )
  },
  'words in the events alone': () => {
    write('ubi_queries.jsonl', toLines(QUERIES.slice(1)))
    write(
      'ubi_events.jsonl',
      toLines(EVENTS.map((row) => ({ ...row, user_query: `words of ${row.query_id}` }))),
    )
  },
  Parquet: async () => {
    write('q.jsonl', toLines(QUERIES))
    write('e.jsonl', toLines(EVENTS))
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    for (const [from, to] of ['q ubi_queries', 'e ubi_events'].map((pair) => pair.split(' ')))
      await connection.run(
        `COPY (SELECT * FROM read_json('${home}/${from}.jsonl')) TO '${home}/${to}.parquet' (FORMAT parquet)`,
      )
    connection.closeSync()
    instance.closeSync()
  },
}

it.each(Object.keys(FORMS))('reads %s', async (form) => {
  await FORMS[form]!()
  expect(await read()).toEqual(EXPECTED)
})

it('names every query, impression, click and other event that is left out', async () => {
  write(
    'ubi_queries.jsonl',
    toLines([...QUERIES, asked('q4', 300, { user_query: '' }), asked('q5', 400), asked('q5', 400)]),
  )
  write(
    'ubi_events.jsonl',
    toLines([
      ...EVENTS,
      ...impressions('q4', '12', 301),
      ...impressions('q9', '12', 500),
      act('click', 'q5', 'd1', 0, 401),
      act('click', 'q1', 'nowhere', 7, 20),
      act('click', 'q1', 'd7', 7, 21),
      act('impression', 'q1', undefined, 8, 22),
    ]),
  )
  expect(await read()).toEqual([
    ...EXPECTED.slice(0, 3).map((row) => row.replace('90000', '10000')),
    'words of q1 d7 8 true 79000',
    ...EXPECTED.slice(3),
  ])
  expect(said).toEqual([
    'ubi_queries.jsonl: 6 results of 2 UBI queries, 3 of them clicked; 1 lists are of impressions (7 events), 1 of what the query returned.',
    'ubi_queries.jsonl: left out 2 of 5 queries without an impression and without a result.',
    'ubi_queries.jsonl: left out 1 of 5 queries without words (user_query).',
    'ubi_events.jsonl: left out 2 shown results of queries that ubi_queries.jsonl does not have, and whose words no event has.',
    'ubi_events.jsonl: left out 2 of 5 clicked results: their query is left out, they are no documents, or their position has another.',
    'ubi_events.jsonl: left out 1 impressions and clicks without query_id or object_id.',
    'ubi_events.jsonl: 2 events are neither an impression nor a click (hover 1, search 1).',
  ])
})

it('takes a stay from the page that measured it, whatever came in between', async () => {
  const view = (id: string, document: string, second: number, dwell_ms: number) => {
    const { event_attributes, ...row } = act('view', id, document, 0, second)
    return { ...row, event_attributes: { ...event_attributes, dwell_ms } }
  }
  write('ubi_queries.jsonl', toLines(QUERIES))
  write(
    'ubi_events.jsonl',
    toLines([
      ...EVENTS,
      // the user came back twice
      view('q1', 'd2', 60, 2_000),
      view('q1', 'd2', 60, 45_000),
    ]),
  )
  expect(await read()).toEqual(EXPECTED.map((row) => row.replace('d2 2 true 90000', 'd2 2 true 45000')))
})

it('refuses what shows nothing, and the same twice', async () => {
  write('ubi_queries.jsonl', toLines([asked('q1', 0)]))
  write('ubi_events.jsonl', toLines([act('click', 'q1', 'd1', 0, 5)]))
  await expect(read()).rejects.toThrow(/nothing says what was shown.*Have the client send impressions/)
  write('ubi.jsonl', toLines(QUERIES))
  expect(() => ubiOf(findInput(home))).toThrow(/ubi\.jsonl and ubi_queries\.jsonl.*Remove the others/)
})

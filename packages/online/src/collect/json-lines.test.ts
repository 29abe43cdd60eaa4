// What Cloudflare Pipelines and our own queue's consumer leave in a bucket, from the bucket to the tables of the report.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openRecorded } from '../recorded/open-recorded.ts'
import { collect } from './collect.ts'
import { folderSource } from './folder-source.ts'

let root: string
let bucket: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'json-lines-'))
  bucket = join(root, 'bucket')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const search = {
  query_id: 'q1',
  timestamp: '2026-11-30T09:00:00.000Z',
  query_response_object_ids: ['d1', 'd2'],
  query_attributes: {
    disranker: { version: 'v1', experiments: [{ name: 'e', arm: 'a', unit: 'u', propensities: [0.5, 1] }] },
  },
}
const event = {
  event_id: 'e1',
  query_id: 'q1',
  action_name: 'click',
  timestamp: '2026-11-30T09:00:05.000Z',
  event_attributes: { object: { object_id: 'd2' }, dwell_ms: 12 },
}

const place = (table: string) => {
  const path = join(bucket, table, 'year=2026', 'month=11', 'day=30', '002507a5-d449-48e8-a484-b1bea916102f')
  mkdirSync(dirname(path), { recursive: true })
  return path
}

/** Writes rows of JSON as Parquet. @param columns SQL over a table with the column `json` */
async function writeParquet(table: string, row: object, columns: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const rows = `(SELECT '${JSON.stringify(row)}'::JSON AS json)`
  await connection.run(`COPY (SELECT ${columns} FROM ${rows}) TO '${place(table)}.parquet' (FORMAT parquet)`)
  connection.closeSync()
  instance.closeSync()
}

const structure = (value: unknown): string => {
  if (Array.isArray(value)) return `[${structure(value[0])}]`
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([name, inner]) => `"${name}":${structure(inner)}`)
      .join(',')}}`
  return typeof value === 'number' ? '"DOUBLE"' : '"VARCHAR"'
}
const nested = (row: object) => `unnest(json_transform(json, '${structure(row)}'))`
const asText = (row: object) =>
  Object.keys(row)
    .map((name) =>
      name === 'timestamp' ? `(json->>'timestamp')::TIMESTAMPTZ AS timestamp` : `json->>'${name}' AS ${name}`,
    )
    .join(', ')

/** each leaves one search and one click of it */
const forms: Readonly<Record<string, () => Promise<void>>> = {
  async 'Parquet with nested columns'() {
    await writeParquet('ubi_queries', search, nested(search))
    await writeParquet('ubi_events', event, nested(event))
  },
  async 'Parquet whose nested columns are JSON as text'() {
    await writeParquet('ubi_queries', search, asText(search))
    await writeParquet('ubi_events', event, asText(event))
  },
  async 'Parquet of a stream without a schema'() {
    await writeParquet('ubi_queries', search, 'json::VARCHAR AS value')
    await writeParquet('ubi_events', event, 'json::VARCHAR AS value')
  },
  async 'JSON lines that are named .json'() {
    writeFileSync(`${place('ubi_queries')}.json`, `${JSON.stringify(search)}\n`)
    writeFileSync(`${place('ubi_events')}.json.gz`, gzipSync(`${JSON.stringify(event)}\n`))
  },
  async 'files of the hours of a queue'() {
    for (const [table, row] of Object.entries({ ubi_queries: search, ubi_events: event })) {
      const folder = join(bucket, table, '2026', '11', '30', '09')
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'm0.ndjson.gz'), gzipSync(`${JSON.stringify(row)}\n`))
    }
  },
}

it.each(Object.entries(forms))('%s: reach the report, and are brought once', async (_, write) => {
  await write()
  const into = join(root, 'in')
  const source = folderSource(bucket)
  expect(await collect({ source, into })).toEqual({ brought: 2, known: 0, removed: 0 })
  expect(await collect({ source, into })).toEqual({ brought: 0, known: 2, removed: 0 })
  expect(await collect({ source, into, since: new Date('2026-12-01T00:00:00Z') })).toEqual({
    brought: 0,
    known: 0,
    removed: 0,
  })
  const { connection, counts, close } = await openRecorded(into, root)
  const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJS()
  expect(counts).toEqual({ searchLines: 1, searches: 1, eventLines: 1, events: 1, credited: 1 })
  expect(await rows('SELECT query_id, epoch_ms(time) AS time, shown, version FROM searches')).toEqual([
    { query_id: 'q1', time: BigInt(Date.parse(search.timestamp)), shown: ['d1', 'd2'], version: 'v1' },
  ])
  expect(await rows('SELECT experiment, arm, unit, propensities FROM participations')).toEqual([
    { experiment: 'e', arm: 'a', unit: 'u', propensities: [0.5, 1] },
  ])
  expect(await rows('SELECT event_id, action, document, dwell_ms, position FROM credited')).toMatchObject([
    { event_id: 'e1', action: 'click', document: 'd2', dwell_ms: 12 },
  ])
  close()
})

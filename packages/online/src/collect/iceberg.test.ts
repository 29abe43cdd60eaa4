// Iceberg tables of synthetic rows that PyIceberg 0.12 wrote: appended twice, for the events rewritten by an overwrite, then appended again. They are
// read from a folder, and through small servers that speak the part of the REST catalogue's and of S3's protocol that is used.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ByteWriter } from 'hyparquet-writer'
import { avroWrite } from 'icebird'
import type { AvroRecord, AvroType } from 'icebird/src/types.js'
import { afterAll, beforeEach, expect, it } from 'vitest'
import { collect } from './collect.ts'
import { sourceOf } from './source-of.ts'

const TABLES = fileURLToPath(new URL('../fixtures/synthetic-iceberg', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'iceberg-'))
const closing: (() => void)[] = []
afterAll(() => {
  for (const close of closing) close()
  rmSync(root, { recursive: true, force: true })
})
let into: string
let folder: string
let number = 0
beforeEach(() => {
  into = join(root, `into-${number}`)
  folder = join(root, `tables-${number++}`)
  cpSync(TABLES, folder, { recursive: true })
})

const source = (from: string, environment = {}) => sourceOf(from, environment, (path) => path)
const rows = (table: string) =>
  readdirSync(join(into, table))
    .flatMap((name) =>
      readFileSync(join(into, table, name), 'utf8')
        .trim()
        .split('\n'),
    )
    .map((line) => JSON.parse(line))
const ids = () => rows('ubi_events').map(({ event_id }) => event_id)
const numbers = (count: number) => Array.from({ length: count }, (_, at) => `e${at}`)

/** Takes the newest metadata away, so that the table is as it was before its last commits. */
const before = (table: string, commits: number) => {
  const metadata = join(folder, table, 'metadata')
  const names = readdirSync(metadata)
    .filter((name) => name.endsWith('.metadata.json'))
    .sort()
  for (const name of names.slice(names.length - commits)) rmSync(join(metadata, name))
}

it('brings what a table has, then what was added since, and takes away what was rewritten', async () => {
  before('ubi_events', 3)
  expect(await collect({ source: source(`iceberg:${folder}`), into })).toEqual({
    brought: 4,
    known: 0,
    removed: 0,
  })
  expect(ids()).toEqual(numbers(4))
  cpSync(TABLES, folder, { recursive: true })
  before('ubi_events', 2)
  expect(await collect({ source: source(`iceberg:${folder}`), into })).toEqual({
    brought: 1,
    known: 4,
    removed: 0,
  })
  expect(ids().sort()).toEqual(numbers(10))
  cpSync(TABLES, folder, { recursive: true })
  // an overwrite put the ten rows into one file, and two more came
  expect(await collect({ source: source(`iceberg:${folder}`), into })).toEqual({
    brought: 2,
    known: 3,
    removed: 2,
  })
  expect(ids().sort()).toEqual(numbers(12).sort())
  expect(rows('ubi_events').find(({ event_id }) => event_id === 'e5')).toMatchObject({
    action_name: 'click',
    query_id: 'q5',
    event_attributes: { object: { object_id: 'd1' }, position: { ordinal: 2 } },
  })
  expect(rows('ubi_queries')).toHaveLength(12)
  expect(rows('ubi_queries')[0]).toMatchObject({
    user_query: expect.stringMatching(/^synthetic query \d+$/),
    query_response_object_ids: ['d0', 'd1', 'd2', 'd3'],
    query_attributes: { disranker: { before: [0, 1, 2, 3] } },
  })
  expect(await collect({ source: source(`iceberg:${folder}`), into })).toEqual({
    brought: 0,
    known: 5,
    removed: 0,
  })
})

it('keeps the rows of a table that is away', async () => {
  await collect({ source: source(`iceberg:${folder}`), into })
  rmSync(join(folder, 'ubi_queries'), { recursive: true })
  expect(await collect({ source: source(`iceberg:${folder}`), into })).toEqual({
    brought: 0,
    known: 2,
    removed: 0,
  })
  expect(rows('ubi_queries')).toHaveLength(12)
})

it('leaves out files that were committed before a date, and removes nothing then', async () => {
  await collect({ source: source(`iceberg:${folder}`), into })
  const since = new Date(Date.now() + 86_400_000)
  expect(await collect({ source: source(`iceberg:${folder}`), into, since })).toEqual({
    brought: 0,
    known: 0,
    removed: 0,
  })
  expect(ids()).toHaveLength(12)
})

it('refuses what it cannot read, in words', async () => {
  const metadata = join(folder, 'ubi_events', 'metadata')
  const name = readdirSync(metadata)
    .filter((one) => one.endsWith('.metadata.json'))
    .sort()
    .at(-1)!
  const whole = JSON.parse(readFileSync(join(metadata, name), 'utf8'))
  const having = (more: object) => {
    writeFileSync(join(metadata, name), JSON.stringify({ ...whole, ...more }))
    return expect(collect({ source: source(`iceberg:${folder}`), into })).rejects
  }
  await having({ 'format-version': 3 }).toThrow(/version 3. Wanted: at most 2/)
  await having({ location: 's3://synthetic/other' }).toThrow(
    /has a file outside of its folder: s3:..synthetic.shop.ubi_events/,
  )
  await expect(collect({ source: source(`iceberg:${folder}/nowhere`), into })).rejects.toThrow(
    /does not exist/,
  )
})

it.each([
  [1, 'parquet', /rows that are marked as deleted in files of their own \(merge on read\).*Compact it/],
  [2, 'parquet', /merge on read/],
  [0, 'orc', /has a file in orc\. Wanted: Parquet/],
])('refuses a manifest with files of content %i in %s', async (content, file_format, why) => {
  const metadata = join(folder, 'ubi_events', 'metadata')
  const data_file = { content, file_path: 'a file', file_format, file_size_in_bytes: 1n }
  const bytes = manifest({ status: 1, snapshot_id: 1n, data_file })
  for (const name of readdirSync(metadata).filter((one) => one.endsWith('-m0.avro')))
    writeFileSync(join(metadata, name), bytes)
  await expect(collect({ source: source(`iceberg:${folder}`), into })).rejects.toThrow(why)
})

/** A manifest with the members of an entry that are read. */
function manifest(entry: Readonly<Record<string, unknown>>): Uint8Array {
  const writer = new ByteWriter()
  const record = (name: string, fields: Readonly<Record<string, AvroType>>): AvroRecord => ({
    type: 'record',
    name,
    fields: Object.entries(fields).map(([name, type]) => ({ name, type })),
  })
  const file: Record<string, AvroType> = { content: 'int', file_path: 'string', file_format: 'string' }
  const data_file = record('data_file', { ...file, file_size_in_bytes: 'long' })
  const schema = record('manifest_entry', { status: 'int', snapshot_id: 'long', data_file })
  avroWrite({ writer, schema, records: [entry] })
  return new Uint8Array(writer.getBuffer())
}

/** A bucket with the tables, and a catalogue that names them. @param vended the catalogue gives the keys of the bucket */
async function serve(vended: boolean): Promise<string> {
  const server = createServer(({ url, headers }, response) => {
    const { pathname, searchParams } = new URL(url!, 'http://server')
    const [, first] = pathname.split('/')
    if (first === 'synthetic') {
      const isSigned = headers.authorization?.startsWith('AWS4-HMAC-SHA256 Credential=key/')
      const path = join(folder, pathname.slice('/synthetic/shop/'.length))
      return void response.writeHead(isSigned ? 200 : 403).end(isSigned ? readFileSync(path) : '')
    }
    if (headers.authorization !== 'Bearer token') return void response.writeHead(401).end()
    if (pathname === '/catalog/v1/config')
      return void response.end(JSON.stringify({ overrides: { prefix: searchParams.get('warehouse') } }))
    const table = /^\/catalog\/v1\/mine\/namespaces\/shop%1Flog\/tables\/(\w+)$/.exec(pathname)?.[1]
    if (table === undefined) return void response.writeHead(404).end()
    const names = readdirSync(join(folder, table, 'metadata')).filter((one) => one.endsWith('.metadata.json'))
    const metadata = JSON.parse(readFileSync(join(folder, table, 'metadata', names.sort().at(-1)!), 'utf8'))
    const { port } = server.address() as AddressInfo
    const config = {
      's3.endpoint': `http://127.0.0.1:${port}`,
      's3.access-key-id': 'key',
      's3.secret-access-key': 'secret',
    }
    response.end(JSON.stringify({ metadata, ...(vended && { config }) }))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  closing.push(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

it.each([true, false])('reads a REST catalogue; it gives the keys of the bucket: %s', async (vended) => {
  const url = await serve(vended)
  const from = `iceberg:${url}/catalog?warehouse=mine&namespace=shop.log`
  const keys = { S3_ENDPOINT: url, AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' }
  const environment = { ICEBERG_TOKEN: 'token', ...(!vended && keys) }
  expect(await collect({ source: source(from, environment), into })).toMatchObject({ brought: 5 })
  expect(ids().sort()).toEqual(numbers(12).sort())
  await expect(collect({ source: source(from), into })).rejects.toThrow(
    /answered 401 for config.*ICEBERG_TOKEN/,
  )
})

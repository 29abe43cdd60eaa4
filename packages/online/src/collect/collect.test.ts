// One suite for every source: a folder, an S3 API and a search engine. The last two are small servers that speak the protocol's part that
// is used; neither a bucket of Cloudflare nor OpenSearch runs here.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { collect } from './collect.ts'
import { folderSource } from './folder-source.ts'
import { openSearchSource } from './opensearch-source.ts'
import { isSince, type RecordSource } from './record-source.ts'
import { s3Bucket } from './s3-bucket.ts'
import { s3Source } from './s3-source.ts'
import { sourceOf } from './source-of.ts'

const root = mkdtempSync(join(tmpdir(), 'collect-'))
const closing: (() => void)[] = []
afterAll(() => {
  for (const close of closing) close()
  rmSync(root, { recursive: true, force: true })
})
let into: string
let number = 0
beforeEach(() => {
  into = join(root, `into-${number++}`)
})

async function listen(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    answer(request, response, body)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  closing.push(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

interface Place {
  readonly source: RecordSource
  /** adds rows of an hour to a table */
  add(table: string, time: string, rows: readonly string[]): void
}

const places: Readonly<Record<string, () => Promise<Place>>> = {
  async folder() {
    const folder = mkdtempSync(join(root, 'folder-'))
    return {
      source: folderSource(folder),
      add(table, time, rows) {
        const path = join(folder, table, `${time.slice(0, 13)}-a-0.jsonl`)
        mkdirSync(dirname(path), { recursive: true })
        writeFileSync(path, rows.map((row) => `${row}\n`).join(''), { flag: 'a' })
      },
    }
  },
  async s3() {
    const files = new Map<string, string>()
    const url = await listen(({ url: path, headers }, response) => {
      if (!headers.authorization?.startsWith('AWS4-HMAC-SHA256 Credential=key/'))
        return void response.writeHead(403).end()
      const { pathname, searchParams } = new URL(path!, 'http://s3')
      if (pathname !== '/bucket')
        return void response.end(files.get(decodeURIComponent(pathname).slice('/bucket/'.length)))
      const names = [...files.keys()].filter((name) => name.startsWith(searchParams.get('prefix')!)).sort()
      // a page has one name
      const at = Number(searchParams.get('continuation-token') ?? 0)
      const contents = names
        .slice(at, at + 1)
        .map((name) => `<Contents><Key>${name}</Key><ETag>"${files.get(name)!.length}"</ETag></Contents>`)
      const next = at + 1 < names.length ? `<NextContinuationToken>${at + 1}</NextContinuationToken>` : ''
      response.end(`<?xml version="1.0"?><ListBucketResult>${contents.join('')}${next}</ListBucketResult>`)
    })
    files.set('log/other.txt', 'not a table')
    return {
      source: s3Source(
        s3Bucket('bucket', { endpoint: url, accessKeyId: 'key', secretAccessKey: 'secret' }),
        'log/',
      ),
      add(table, time, rows) {
        const name = `log/${table}/${time.slice(0, 13).replaceAll(/[-T]/g, '/')}/m 0.ndjson`
        files.set(name, (files.get(name) ?? '') + rows.map((row) => `${row}\n`).join(''))
      },
    }
  },
  async opensearch() {
    const indexes: Record<string, { time: number; row: string }[]> = { ubi_queries: [], ubi_events: [] }
    const url = await listen(({ url: path }, response, body) => {
      const rows = indexes[path!.split('/')[1]!]!
      const { aggs, query, search_after: after, size } = JSON.parse(body)
      const DAY = 86_400_000
      if (aggs !== undefined) {
        const days = Map.groupBy(rows, ({ time }) => Math.floor(time / DAY) * DAY)
        const buckets = [...days].map(([key, found]) => ({ key, doc_count: found.length }))
        return void response.end(JSON.stringify({ hits: { hits: [] }, aggregations: { days: { buckets } } }))
      }
      const { gte, lt } = query.range.timestamp
      const hits = rows
        .map(({ time, row }, id) => ({ time, _source: JSON.parse(row), sort: [time, id] }))
        .filter(({ time, sort }) => time >= gte && time < lt && (after === undefined || sort[1]! > after[1]))
        .slice(0, size)
      response.end(JSON.stringify({ hits: { hits } }))
    })
    return {
      source: openSearchSource({ url, page: 2 }),
      add(table, time, rows) {
        indexes[table]!.push(...rows.map((row) => ({ time: Date.parse(time), row })))
      },
    }
  },
}

const events = () => {
  const files = readdirSync(into, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const tables = files.filter((entry) => join(entry.parentPath, entry.name).includes('ubi_events'))
  return tables
    .flatMap((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line).event_id)
    .sort()
}
const row = (id: string) => JSON.stringify({ event_id: id })

describe.each(Object.entries(places))('%s', (_, open) => {
  it('brings every row once, and later what is new or has grown', async () => {
    const { source, add } = await open()
    add('ubi_events', '2026-11-29T09:00:00Z', [row('a'), row('b'), row('c')])
    add('ubi_queries', '2026-11-29T09:00:00Z', ['{"query_id":"q"}'])
    expect(await collect({ source, into })).toEqual({ brought: 2, known: 0, removed: 0 })
    expect(events()).toEqual(['a', 'b', 'c'])
    add('ubi_events', '2026-11-29T09:00:00Z', [row('d')])
    add('ubi_events', '2026-11-30T10:00:00Z', [row('e')])
    expect(await collect({ source, into })).toEqual({ brought: 2, known: 1, removed: 0 })
    expect(events()).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(await collect({ source, into })).toEqual({ brought: 0, known: 3, removed: 0 })
  })

  it('leaves out the days before a date', async () => {
    const { source, add } = await open()
    add('ubi_events', '2026-11-20T09:00:00Z', [row('old')])
    add('ubi_events', '2026-11-30T09:00:00Z', [row('new')])
    await collect({ source, into, since: new Date('2026-11-30T00:00:00Z') })
    expect(events()).toEqual(['new'])
  })
})

it('leaves no half file when a source breaks off, and continues', async () => {
  let broken = true
  const source: RecordSource = {
    name: 'flaky',
    async *list() {
      yield { name: 'ubi_events/1.jsonl', tag: '1' }
      yield { name: 'ubi_events/2.jsonl', tag: '1' }
    },
    async read({ name }) {
      return (async function* () {
        yield Buffer.from(`${row(name)}\n`)
        if (broken && name.includes('2')) throw new Error('connection reset')
      })()
    },
  }
  await expect(collect({ source, into })).rejects.toThrow(
    /flaky could not be read: connection reset. 1 files were brought and stay/,
  )
  expect(existsSync(join(into, 'ubi_events', '2.jsonl'))).toBe(false)
  broken = false
  expect(await collect({ source, into })).toEqual({ brought: 1, known: 1, removed: 0 })
})

it('refuses two files that would be kept under one name, and keeps the first', async () => {
  const source: RecordSource = {
    name: 'twins',
    async *list() {
      yield { name: 'ubi_events/1.jsonl', tag: '1' }
      yield { name: 'ubi_events/1.json', tag: '1' }
    },
    read: async ({ name }) =>
      (async function* () {
        yield Buffer.from(`${row(name)}\n`)
      })(),
  }
  await expect(collect({ source, into })).rejects.toThrow(
    'twins has ubi_events/1.jsonl and ubi_events/1.json, which would both be kept as ubi_events/1.jsonl. Rename one of them.',
  )
  expect(readFileSync(join(into, 'ubi_events', '1.jsonl'), 'utf8')).toContain('1.jsonl')
})

it('refuses a name that leads out of the folder, and says what an answer means', async () => {
  const source: RecordSource = {
    name: 'hostile',
    async *list() {
      yield { name: 'ubi_events/../../x.jsonl', tag: '1' }
    },
    read: async () => (async function* () {})(),
  }
  await expect(collect({ source, into })).rejects.toThrow(/is refused/)
  const url = await listen((_, response) => void response.writeHead(403).end())
  const refusing = s3Source(s3Bucket('b', { endpoint: url, accessKeyId: 'a', secretAccessKey: 'b' }), '')
  await expect(collect({ source: refusing, into })).rejects.toThrow(/answered 403. Check the access key/)
  await expect(collect({ source: folderSource(join(root, 'nowhere')), into })).rejects.toThrow(
    /does not exist/,
  )
})

it('takes the hour of a name that reaches into the wanted time', () => {
  const since = new Date('2026-11-30T09:30:00Z')
  expect(isSince('ubi_events/2026/11/30/09/x.ndjson', since)).toBe(true)
  expect(isSince('ubi_events/2026-11-30T08-x-0.jsonl', since)).toBe(false)
  expect(isSince('ubi_events/all.jsonl', since)).toBe(true)
})

it('names a source, and what it lacks', () => {
  const of = (from: string, environment = {}) =>
    sourceOf(from, environment, (path) => `/home/me/${path}`).name
  expect(of('records')).toBe('/home/me/records')
  expect(of('https://search.example:9200/')).toBe('https://search.example:9200')
  const keys = { S3_ENDPOINT: 'https://s3.example', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }
  expect(of('s3://bucket/log/', keys)).toBe('https://s3.example/bucket/log/')
  expect(() => of('s3://bucket/log', { ...keys, AWS_ACCESS_KEY_ID: '' })).toThrow(
    'AWS_ACCESS_KEY_ID is not set',
  )
  expect(of('iceberg:tables')).toBe('/home/me/tables')
  expect(of('iceberg:s3://bucket/shop', keys)).toBe('https://s3.example/bucket/shop/')
  expect(of('iceberg:https://catalog.example/a/b?warehouse=a_b&namespace=shop.log')).toBe(
    'https://catalog.example/a/b shop.log',
  )
})

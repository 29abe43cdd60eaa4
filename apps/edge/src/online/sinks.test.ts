// One suite for every place where rows can go; each is given rows by the recorder as the app does.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { folderSink } from '../node/folder-sink.ts'
import { pipelinesSink, type QueuedRows, queueSink, writeBatch } from './cloudflare-sinks.ts'
import { httpSink } from './http-sink.ts'
import { createRecorder } from './recorder.ts'
import type { RecordedTable, Sink } from './sink.ts'

interface Place {
  readonly sink: Sink
  /** what it kept of a table */
  read(table: RecordedTable): Promise<unknown[]>
  close(): Promise<void>
}

const folders: string[] = []
const servers: Server[] = []
afterAll(() => {
  for (const server of servers) server.close()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'sink-'))
  folders.push(folder)
  return folder
}

/** A server of JSON, closed at the end. @returns its address */
async function collecting(
  answer: (path: string, body: string, headers: IncomingHttpHeaders) => object,
): Promise<string> {
  const server = createServer(async (request, response) => {
    response.end(JSON.stringify(answer(request.url!, await text(request), request.headers)))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  servers.push(server)
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const parseLines = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

const places: Readonly<Record<string, () => Promise<Place>>> = {
  async folder() {
    const folder = newFolder()
    const sink = folderSink({ folder, bytes: 500 })
    return {
      sink,
      read: async (table) =>
        readdirSync(join(folder, table))
          .sort()
          .flatMap((name) => parseLines(readFileSync(join(folder, table, name), 'utf8'))),
      close: async () => sink.close?.(),
    }
  },
  async pipelines() {
    const kept: Record<RecordedTable, object[]> = { ubi_queries: [], ubi_events: [] }
    const stream = (table: RecordedTable) => ({
      send: async (records: readonly object[]) => {
        expect(Buffer.byteLength(JSON.stringify(records))).toBeLessThan(1_000_000)
        kept[table].push(...records.map(({ record_id: _, ...rest }: { record_id?: string }) => rest))
      },
    })
    const sink = pipelinesSink({ ubi_queries: stream('ubi_queries'), ubi_events: stream('ubi_events') })
    return { sink, read: async (table) => kept[table], close: async () => {} }
  },
  async queue() {
    const files = new Map<string, Buffer>()
    const messages: QueuedRows[] = []
    const sink = queueSink({
      sendBatch: async (batch) => {
        expect(JSON.stringify(batch).length).toBeLessThan(128_000)
        messages.push(...batch.map(({ body }) => body as QueuedRows))
      },
    })
    const bucket = {
      put: async (key: string, value: ReadableStream | ArrayBuffer) =>
        files.set(key, Buffer.from(value as ArrayBuffer)),
    }
    return {
      sink,
      async read(table) {
        const timestamp = new Date('2026-11-30T09:15:00Z')
        const batch = { messages: messages.map((body, at) => ({ id: `m${at}`, timestamp, body })) }
        // handed out twice, as a platform does that lost the answer
        await writeBatch(batch, bucket)
        await writeBatch(batch, bucket)
        expect(
          [...files.keys()].every((key) =>
            /^ubi_(queries|events)\/2026\/11\/30\/09\/m0\.ndjson\.gz$/.test(key),
          ),
        ).toBe(true)
        const names = [...files.keys()].filter((key) => key.startsWith(table))
        return names.flatMap((name) => parseLines(gunzipSync(files.get(name)!).toString()))
      },
      close: async () => {},
    }
  },
  async bulk() {
    const kept: Record<string, Map<string, unknown>> = {}
    const url = await collecting((_, body, headers) => {
      const lines = parseLines(body)
      for (let at = 0; at < lines.length; at += 2) {
        const { _index, _id } = lines[at].index
        kept[_index] ??= new Map()
        kept[_index].set(_id, lines[at + 1])
      }
      return { errors: headers.authorization !== 'ApiKey k' }
    })
    return {
      sink: httpSink({ url: `${url}/_bulk`, authorization: 'ApiKey k' }),
      read: async (table) => [...(kept[table]?.values() ?? [])],
      close: async () => {},
    }
  },
  async kafka() {
    const kept: Record<string, unknown[]> = {}
    const url = await collecting((path, body, headers) => {
      expect(headers['content-type']).toBe('application/vnd.kafka.json.v2+json')
      const { records } = JSON.parse(body) as { records: { key: string; value: object }[] }
      kept[path] ??= []
      kept[path].push(...records.map(({ value }) => value))
      return {
        offsets: records.map((_, offset) => ({ partition: 0, offset, error_code: null, error: null })),
      }
    })
    return {
      sink: httpSink({ url: `${url}/topics/shop.{table}` }),
      read: async (table) => kept[`/topics/shop.${table}`] ?? [],
      close: async () => {},
    }
  },
  async 'JSON lines'() {
    const kept: Record<string, unknown[]> = {}
    const url = await collecting((path, body) => {
      kept[path] ??= []
      kept[path].push(...parseLines(body))
      return {}
    })
    return {
      sink: httpSink({ url: `${url}/{table}?source=edge` }),
      read: async (table) => kept[`/${table}?source=edge`] ?? [],
      close: async () => {},
    }
  },
}

describe.each(Object.entries(places))('%s', (_, open) => {
  it('keeps every row of both tables once it has returned, whoever writes at the same time', async () => {
    const place = await open()
    const recorder = createRecorder(place.sink)
    const event = (number: number) => ({
      id: `e${number}`,
      value: { event_id: `e${number}`, text: 'ü'.repeat(40) },
    })
    await Promise.all([
      ...Array.from({ length: 30 }, (_, number) =>
        recorder.events([event(2 * number), event(2 * number + 1)]),
      ),
      recorder.impression(() => ({ id: 'q1', value: { query_id: 'q1' } })),
    ])
    const events = (await place.read('ubi_events')) as { event_id: string }[]
    expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(60)
    expect(events).toHaveLength(60)
    expect(await place.read('ubi_queries')).toEqual([{ query_id: 'q1' }])
    expect(recorder.counts).toMatchObject({ events: 60, impressions: 1, impressionsDropped: 0 })
    await place.close()
  })

  it('keeps many long rows that are written at once', async () => {
    const place = await open()
    const rows = Array.from({ length: 40 }, (_, at) => ({
      id: `e${at}`,
      value: { event_id: `e${at}`, text: 'ü'.repeat(20_000) },
    }))
    await place.sink.write('ubi_events', rows)
    const kept = (await place.read('ubi_events')) as { event_id: string }[]
    expect(kept.map(({ event_id }) => event_id)).toEqual(rows.map(({ id }) => id))
    await place.close()
  })
})

it.each([
  ['bulk', '/_bulk', { errors: true }],
  ['kafka', '/topics/{table}', { offsets: [{ offset: 1 }, { error_code: 50003, error: 'no leader' }] }],
])('%s: a row that was not taken fails the whole write', async (_, path, said) => {
  const sink = httpSink({ url: `${await collecting(() => said)}${path}` })
  await expect(sink.write('ubi_events', [{ id: 'a', value: {} }])).rejects.toThrow('some rows were not taken')
})

// Experiments that are changed while requests come: in KV and in R2, as wrangler keeps them on this machine, and in a file of the Node server. No
// deployment and no restart; no request fails, and what is recorded of a search is what its answer said.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '@disranker/edge/serve'
import type { RecordedSearch } from '@disranker/experiments'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getPlatformProxy } from 'wrangler'
import { type Collector, startCollector } from '../../closed-loop/collector.ts'
import { EXAMPLE } from '../served/example-texts.ts'
import { startNode } from '../served/node-process.ts'
import { exampleFolder } from '../served/served-example.ts'
import { tableBundle } from '../served/table-bundle.ts'

interface Place {
  readonly url: string
  /** @param text undefined: the file is deleted */
  put(text: string | undefined): Promise<unknown>
  close(): Promise<unknown>
}

const root = mkdtempSync(join(tmpdir(), 'changed-experiments-'))
let collector: Collector
let example: Awaited<ReturnType<typeof exampleFolder>>
beforeAll(async () => {
  collector = await startCollector(join(root, 'records'))
  example = await exampleFolder({}, tableBundle())
})
afterAll(async () => {
  await collector?.close()
  example?.remove()
  rmSync(root, { recursive: true, force: true })
})

const variables = () => ({
  RECORD_URL: collector.url,
  RECORD_SECRETS: 'a secret that is long enough',
  RECORD_CLIENT_IDS: 'plain',
  REFRESH_SECONDS: '1',
})

const NAME = 'experiments.json'
interface Store {
  put(name: string, text: string): Promise<unknown>
  delete(name: string): Promise<unknown>
}

async function worker(kind: 'kv' | 'r2'): Promise<Place> {
  const folder = join(root, kind)
  const configPath = join(root, `${kind}.json`)
  const bound = {
    kv: { kv_namespaces: [{ binding: 'STORE', id: 'disranker-experiments' }] },
    r2: { r2_buckets: [{ binding: 'STORE', bucket_name: 'disranker-experiments' }] },
  }[kind]
  writeFileSync(configPath, JSON.stringify({ name: 'writer', compatibility_date: '2026-11-01', ...bound }))
  const platform = await getPlatformProxy<{ STORE: Store }>({
    configPath,
    persist: { path: join(folder, 'v3') },
    envFiles: [],
  })
  const { STORE } = platform.env
  const experiments = { kind, folder }
  const served = await serve({ dist: example.dist, variables: variables(), experiments, alone: true })
  return {
    url: served.url,
    put: (text) => (text === undefined ? STORE.delete(NAME) : STORE.put(NAME, text)),
    close: () => served.close().finally(() => platform.dispose()),
  }
}

async function node(): Promise<Place> {
  const file = join(root, NAME)
  const server = await startNode({
    folder: example.dist,
    variables: { ...variables(), EXPERIMENTS_FILE: file },
  })
  return {
    url: server.url,
    put: async (text) => (text === undefined ? rmSync(file) : writeFileSync(file, text)),
    close: () => server.close(),
  }
}

const USERS = Array.from({ length: 8 }, (_, number) => `u${number}`)
const DOCUMENTS = EXAMPLE.documents.slice(0, 4).map(({ id, summary }) => ({ id, text: summary }))
const iso = (hours: number) => new Date(Date.now() + 3_600_000 * hours).toISOString()

const fileOf = (weight: number, more: object = {}) =>
  JSON.stringify({
    experiments: [
      {
        name: 'live',
        unit: 'client_id',
        arms: [
          { name: 'today', model: 'request-order' },
          { name: 'reranked', model: 'disranker', weight },
        ],
        start: iso(-1),
        end: iso(1),
        ...more,
      },
    ],
  })

describe.each([
  ['KV', () => worker('kv')],
  ['R2', () => worker('r2')],
  ['a file', node],
] as const)('experiments in %s', (name, open) => {
  it('start, change their weights, outlive a broken file, are rolled back, end and are taken away', async () => {
    const place = await open()
    const told = new Map<string, string | undefined>()
    /** what each user is shown now */
    async function arms(): Promise<readonly (string | undefined)[]> {
      const shown: (string | undefined)[] = []
      for (const user of USERS) {
        const ubi = { client_id: `${name} ${user}` }
        const body = JSON.stringify({ model: 'disranker', query: 'a buffer', documents: DOCUMENTS, ubi })
        const answer = await fetch(`${place.url}/v1/rerank`, { method: 'POST', body })
        const { ubi: found, message } = await answer.json()
        expect([answer.status, message]).toEqual([200, undefined])
        told.set(found.query_id, found.arm)
        shown.push(found.arm)
      }
      return shown
    }
    const none = USERS.map(() => undefined)
    const until = (wanted: readonly (string | undefined)[]) =>
      expect.poll(arms, { timeout: 60_000, interval: 300 }).toEqual(wanted)
    try {
      expect(await arms()).toEqual(none)
      await place.put(fileOf(1))
      await expect.poll(async () => new Set(await arms()).size, { timeout: 60_000, interval: 300 }).toBe(2)
      const even = await arms()
      expect(new Set(even)).toEqual(new Set(['live/today', 'live/reranked']))
      await place.put(fileOf(0.0001))
      await until(USERS.map(() => 'live/today'))
      await place.put('{"experiments": [{"name": "li')
      // longer than a file is kept
      const begun = Date.now()
      do expect(new Set(await arms())).toEqual(new Set(['live/today']))
      while (Date.now() - begun < 2_500)
      // a unit sees the arm that it saw
      await place.put(fileOf(1))
      await until(even)
      await place.put(fileOf(1, { end: iso(-0.5) }))
      await until(none)
      await place.put(fileOf(1))
      await until(even)
      await place.put(undefined)
      await until(none)
    } finally {
      await place.close()
    }
    const lines = readFileSync(join(root, 'records', 'ubi_queries', 'all.ndjson'), 'utf8')
      .trim()
      .split('\n')
    const rows = lines
      .map((line) => JSON.parse(line) as RecordedSearch)
      .filter(({ query_id }) => told.has(query_id))
    // a kill takes the searches of the last moment with it
    expect(rows.length).toBeGreaterThan(told.size - 2 * USERS.length)
    for (const { query_id, query_attributes } of rows) {
      const [part] = query_attributes.disranker.experiments ?? []
      expect(part && `${part.name}/${part.arm}`).toBe(told.get(query_id))
    }
  }, 300_000)
})

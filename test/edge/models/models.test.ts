// Models by version: what /v1/models and /ready tell, and a version in R2 that is published and rolled back while the Worker
// serves.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createApp, type ModelSource, type ServedModel } from '@disranker/edge'
import { wrangler } from '@disranker/edge/wrangler'
import { loadReranker, sha256 } from '@disranker/reranker'
import { describe, expect, it } from 'vitest'
import { EXAMPLE } from '../served/example-texts.ts'
import { randomBundle, serveExample } from '../served/served-example.ts'

const publisher = fileURLToPath(import.meta.resolve('@disranker/edge/publish'))
const body = JSON.stringify({
  model: 'disranker',
  query: EXAMPLE.queries[0]!.text,
  documents: EXAMPLE.documents.slice(0, 10).map(({ summary }) => summary),
})

interface Told {
  readonly data: readonly { id: string; version: string; bytes: number; limits: object; files: object }[]
}
const versionOf = async (bundle: Record<string, Uint8Array>) =>
  (await sha256(bundle['manifest.json']!)).slice(0, 12)

const KNOWN = { query: 'a buffer', document: { title: 'Buffer', summary: 'Careless buffer in a game.' } }

/** A bundle that says its model gives the known pair this score. */
async function naming(score: number): Promise<Record<string, Uint8Array>> {
  const bundle = randomBundle()
  const read = (name: string) => JSON.parse(new TextDecoder().decode(bundle[name]))
  const bytes = (content: unknown) => new TextEncoder().encode(JSON.stringify(content))
  const { disranker, ...config } = read('config.json')
  const changed = bytes({ ...config, disranker: { ...disranker, known: { ...KNOWN, score } } })
  const manifest = read('manifest.json')
  manifest.files['config.json'] = { bytes: changed.byteLength, sha256: await sha256(changed) }
  return { ...bundle, 'config.json': changed, 'manifest.json': bytes(manifest) }
}

describe('what is served', () => {
  it('is told with version, size, files and limits', async () => {
    const app = createApp({ bundle: async () => randomBundle(), model: 'mine' })
    const { data } = (await (await app.request('/v1/models')).json()) as Told
    const bytes = Object.entries(randomBundle())
      .filter(([name]) => name !== 'manifest.json')
      .reduce((sum, [, { byteLength }]) => sum + byteLength, 0)
    expect(data).toMatchObject([{ id: 'mine', version: await versionOf(randomBundle()), bytes }])
    expect(data[0]!.limits).toMatchObject({ documents: 1000, tokens: 524_288 })
  })

  it('is ready when it loads, and not when it gives its known pair another score', async () => {
    const good = createApp({ bundle: async () => randomBundle() })
    const ready = await good.request('/ready')
    expect([ready.status, await ready.json()]).toMatchObject([200, { status: 'ready', checked: false }])
    const liar = createApp({ bundle: () => naming(99) })
    const refused = await liar.request('/ready')
    expect(refused.status).toBe(503)
    expect(((await refused.json()) as { message: string }).message).toMatch(/its bundle says 99\./)
    const reranker = await loadReranker(randomBundle())
    const [score] = await reranker.score(KNOWN.query, [KNOWN.document])
    await reranker.dispose()
    const honest = createApp({ bundle: () => naming(score!) })
    expect(await (await honest.request('/ready')).json()).toMatchObject({ checked: true })
  })
})

/** Two versions of a model, and a pointer to one of them. */
async function twoVersions() {
  const bundles = [randomBundle(1), randomBundle(2)]
  const versions = await Promise.all(bundles.map(versionOf))
  const served = { at: 0 }
  const store: ModelSource = {
    index: async () =>
      served.at in versions
        ? [{ id: 'disranker', version: versions[served.at]! }]
        : [{ id: 'other', version: '1' }],
    file: async ({ version }: ServedModel, name) => bundles[versions.indexOf(version)]![name]!,
  }
  return { store, served, versions }
}

it('keeps the order of the request where the models cannot be read and the request asks for that', async () => {
  const store: ModelSource = {
    index: () => Promise.reject(new Error('the bucket is away')),
    file: () => Promise.reject(new Error('the bucket is away')),
  }
  const app = createApp({ store })
  const ask = (more: object) =>
    app.request('/v2/rerank', { method: 'POST', body: JSON.stringify({ ...JSON.parse(body), ...more }) })
  expect((await ask({})).status).toBe(500)
  const passed = await ask({ on_error: 'passthrough', top_n: 3 })
  expect([passed.status, passed.headers.get('cache-control')]).toEqual([200, 'no-store'])
  expect(passed.headers.get('x-disranker-passthrough')).toMatch(/^Nothing was ranked/)
  const { results } = (await passed.json()) as { results: { index: number; relevance_score: number }[] }
  expect(results.map(({ index, relevance_score }) => [index, relevance_score])).toEqual([
    [0, 0],
    [1, 0],
    [2, 0],
  ])
})

describe('a pointer that moves', () => {
  it('is followed by requests whose answers are remembered, and theirs are remembered of each version', async () => {
    const { store, served, versions } = await twoVersions()
    const app = createApp({ store })
    const ask = async () => {
      const answer = await app.request('/v2/rerank', { method: 'POST', body })
      const { headers } = answer
      return {
        told: [headers.get('x-disranker-cache'), headers.get('x-disranker-model')],
        text: await answer.text(),
      }
    }
    const first = await ask()
    expect(first.told).toEqual(['miss', `disranker@${versions[0]}`])
    expect(await ask()).toEqual({ told: ['hit', first.told[1]], text: first.text })
    served.at = 1
    const second = await ask()
    expect(second.told).toEqual(['miss', `disranker@${versions[1]}`])
    expect(await ask()).toEqual({ told: ['hit', second.told[1]], text: second.text })
    // a model that is gone is an error of the API that was called, whatever is remembered
    served.at = 2
    expect(JSON.parse((await ask()).text)).toMatchObject({ message: expect.stringContaining('no model') })
  })

  it('lets requests in flight finish on the version they began on, and frees it then', async () => {
    const { store, served, versions } = await twoVersions()
    const app = createApp({ store })
    const ask = () =>
      app.request('/v2/rerank', { method: 'POST', body, headers: { 'cache-control': 'no-store' } })
    const first = await (await ask()).text()
    const many = Array.from({ length: 2 }, ask)
    served.at = 1
    const next = await ask()
    expect(next.headers.get('x-disranker-model')).toBe(`disranker@${versions[1]}`)
    const second = await next.text()
    expect(second).not.toBe(first)
    for (const answer of await Promise.all(many)) {
      const version = answer.headers.get('x-disranker-model')!.split('@')[1]!
      expect(await answer.text()).toBe([first, second][versions.indexOf(version)])
    }
    served.at = 0
    expect(await (await ask()).text()).toBe(first)
  })
})

function deployedLongAgo(dist: string): void {
  const file = join(dist, 'models.json')
  const { disranker } = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(file, JSON.stringify({ disranker: { ...disranker, since: '2026-01-01T00:00:00.000Z' } }))
}

describe('a version in R2', () => {
  it('is published, served from the bucket, and rolled back', async () => {
    const home = mkdtempSync(join(tmpdir(), 'bucket-'))
    const bundle = randomBundle(2)
    for (const [name, bytes] of Object.entries(bundle)) writeFileSync(join(home, name), bytes)
    const publish = (...words: string[]) =>
      spawnSync(process.execPath, [publisher, ...words, '--local', '--persist-to', home], {
        encoding: 'utf8',
      })
    try {
      const done = publish(home)
      expect([done.status, done.stderr]).toEqual([0, ''])
      const version = await versionOf(bundle)
      expect(done.stdout).toContain(`disranker is version ${version}`)
      const unreadable = publish(home, '--id', 'bad name')
      expect([unreadable.status, unreadable.stderr]).toEqual([
        1,
        expect.stringContaining('--id is "bad name": wanted 1 to 64 letters'),
      ])
      expect(unreadable.stdout).toBe('')
      const wrong = publish('--current', '0123456789ab')
      expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining(`there are: ${version}.`)])
      // the Worker was deployed before that
      const server = await serveExample({ bucket: home, change: deployedLongAgo })
      try {
        const answer = await fetch(`${server.url}/v2/rerank`, { method: 'POST', body })
        expect([answer.status, answer.headers.get('x-disranker-model')]).toEqual([
          200,
          `disranker@${version}`,
        ])
      } finally {
        await server.close()
      }
    } finally {
      rmSync(home, { recursive: true })
    }
  }, 300_000)
})

describe('keys in R2', () => {
  it('open a Worker without a deployment, and close it to everybody else', async () => {
    const home = mkdtempSync(join(tmpdir(), 'bucket-'))
    const file = join(home, 'keys.json')
    const sha256 = createHash('sha256').update('shop-key').digest('hex')
    writeFileSync(file, JSON.stringify({ shop: { sha256, expires: '2099-12-31' }, old: '0'.repeat(64) }))
    try {
      const put = ['r2', 'object', 'put', 'disranker-models/keys.json', '--file', file]
      const { status, stderr } = wrangler([...put, '--local', '--persist-to', home], 'pipe')
      expect([status, status === 0 ? '' : stderr]).toEqual([0, ''])
      const server = await serveExample({ bucket: home, keyRing: true })
      try {
        const ask = async (key?: string) => {
          const headers = key === undefined ? {} : { authorization: `Bearer ${key}` }
          return (await fetch(`${server.url}/v2/rerank`, { method: 'POST', body, headers })).status
        }
        expect([await ask('shop-key'), await ask('other'), await ask()]).toEqual([200, 401, 401])
        expect(await (await fetch(`${server.url}/openapi.json`)).json()).toMatchObject({
          security: [{ bearer: [] }],
        })
      } finally {
        await server.close()
      }
    } finally {
      rmSync(home, { recursive: true })
    }
  })
})

// Counters of all isolates: the SQL is run by DuckDB, which stands in for Analytics Engine, over data points as the Worker
// writes them (both know sum(if(...)); DuckDB is taught toDateTime()); the program that Prometheus scrapes, over HTTP.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import {
  createFleetMetrics,
  type FleetRow,
  fleetQuery,
  type RequestOutcome,
  toDataPoint,
} from '@disranker/edge'
import { DuckDBInstance } from '@duckdb/node-api'
import { expect, it } from 'vitest'

const exporter = fileURLToPath(import.meta.resolve('@disranker/edge/exporter'))
const ranked: RequestOutcome = {
  id: 'i',
  route: '/v2/rerank',
  status: 200,
  milliseconds: 30,
  documents: 5,
  tokens: 70,
  cache: 'miss',
  key: 'shop',
  model: 'm',
  version: '0123456789ab',
}

it('counts what every isolate did, sampled or not, and nothing twice', async () => {
  const database = await (await DuckDBInstance.create(':memory:')).connect()
  await database.run('CREATE MACRO toDateTime(x) AS CAST(x AS TIMESTAMP)')
  await database.run(
    `CREATE TABLE disranker (timestamp TIMESTAMP, _sample_interval UBIGINT, ${Array.from({ length: 7 }, (_, at) => `blob${at + 1} VARCHAR`)}, double1 DOUBLE, double2 DOUBLE, double3 DOUBLE)`,
  )
  const write = async (second: number, outcome: RequestOutcome, interval = 1) => {
    const { blobs, doubles } = toDataPoint(outcome)
    await database.run(
      `INSERT INTO disranker VALUES ('${time(second).toISOString().slice(0, 19)}', ${interval}, ${blobs.map((blob) => `'${blob}'`)}, ${doubles})`,
    )
  }
  const time = (second: number) => new Date(Date.UTC(2026, 10, 25, 12, 0, second, 400))
  const rows = async (from: number, to: number): Promise<FleetRow[]> => {
    const sql = fleetQuery('disranker', { from: time(from), to: time(to) })
    const reader = await database.runAndReadAll(sql.replace(/ FORMAT JSON$/, ''))
    // as the SQL API does: 64-bit counts as text
    return reader
      .getRowObjects()
      .map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [
            name,
            typeof value === 'number' ? value : String(value),
          ]),
        ),
      )
  }
  await write(5, ranked)
  await write(10, { ...ranked, milliseconds: 400, cache: 'hit', key: 'rival', passthrough: 'busy' }, 10)
  const refused = { route: '/v2/rerank', status: 429, milliseconds: 1, documents: 0, tokens: 0 }
  await write(20, { ...refused, id: 'j', key: 'shop' })
  const fleet = createFleetMetrics()
  fleet.add(await rows(0, 10))
  fleet.add(await rows(10, 20))
  fleet.add(await rows(20, 30))
  expect(fleet.text().split('\n')).toEqual(
    expect.arrayContaining([
      '# TYPE disranker_requests_total counter',
      'disranker_requests_total{route="/v2/rerank",status="200"} 11',
      'disranker_requests_total{route="/v2/rerank",status="429"} 1',
      'disranker_errors_total{status="429"} 1',
      'disranker_documents_total 55',
      'disranker_tokens_total 770',
      'disranker_cache_total{result="hit"} 10',
      'disranker_passthrough_total 10',
      'disranker_key_requests_total{key="shop"} 2',
      'disranker_key_tokens_total{key="rival"} 700',
      'disranker_request_seconds_bucket{le="0.025"} 0',
      'disranker_request_seconds_bucket{le="0.05"} 1',
      'disranker_request_seconds_bucket{le="0.5"} 11',
      'disranker_request_seconds_bucket{le="+Inf"} 11',
      'disranker_request_seconds_sum 4.03',
      'disranker_request_seconds_count 11',
    ]),
  )
  expect(() => fleetQuery('a; DROP', { from: time(0), to: time(1) })).toThrow(/wanted a name/)
})

it('is scraped over HTTP, and is down when Analytics Engine is', async () => {
  const asked: string[] = []
  const api = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    asked.push(`${request.method} ${request.url} ${request.headers.authorization} ${Buffer.concat(chunks)}`)
    const row = { route: '/rerank', status: '200', cache: 'miss', requests: '1', milliseconds: 20 }
    response.end(JSON.stringify({ meta: [], data: [row], rows: 1 }))
  })
  api.listen(0, '127.0.0.1')
  await once(api, 'listening')
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', exporter], {
    env: {
      ...process.env,
      CLOUDFLARE_ACCOUNT_ID: 'acc',
      CLOUDFLARE_API_TOKEN: 'open-sesame',
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
      PORT: '0',
      LAG_MS: '0',
    },
  })
  let [printed, told] = ['', '']
  child.stdout.on('data', (text) => {
    printed += text
  })
  child.stderr.on('data', (text) => {
    told += text
  })
  /** asks until it is so; a scrape within the second of the last one counts nothing */
  const until = async <Found>(
    found: () => Promise<Found | undefined> | Found | undefined,
  ): Promise<Found> => {
    for (;;) {
      const value = await found()
      if (value !== undefined) return value
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  try {
    const url = await until(() => /http:\/\/\S+/.exec(printed)?.[0])
    const text = await until(async () => {
      const answer = await (await fetch(url)).text()
      return answer.includes('disranker_requests_total{') ? answer : undefined
    })
    expect(text).toContain('disranker_requests_total{route="/rerank",status="200"} 1')
    expect(asked[0]).toMatch(
      /^POST \/accounts\/acc\/analytics_engine\/sql Bearer open-sesame SELECT blob1 AS route/,
    )
    expect((await fetch(new URL('/other', url))).status).toBe(404)
    api.close()
    api.closeAllConnections()
    await until(async () => ((await fetch(url)).status === 502 ? true : undefined))
    expect(told).toMatch(/^exporter: /)
    expect(told).not.toContain('open-sesame')
  } finally {
    child.kill()
    api.close()
  }
})

it('says what it wants', async () => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', exporter], {
    env: { PATH: process.env.PATH },
  })
  let told = ''
  child.stderr.on('data', (text) => {
    told += text
  })
  const [code] = await once(child, 'close')
  expect([code, told]).toEqual([1, expect.stringContaining('CLOUDFLARE_ACCOUNT_ID')])
})

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApp } from '@disranker/edge'
import type { Served } from '@disranker/edge/serve'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { reset, serveBare } from '../served/bare-workerd.ts'
import { EXAMPLE } from '../served/example-texts.ts'
import { exampleFolder, randomBundle, serveExample } from '../served/served-example.ts'

const query = EXAMPLE.queries[0]!.text
const documents = EXAMPLE.documents.slice(0, 30).map(({ summary }) => summary)
const body = JSON.stringify({ model: 'disranker', query, documents })
const TRACE = '0af7651916cd43dd8448eb211c80319c'
const CALLER = 'b7ad6b7169203331'

interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly { key: string; value: Record<string, unknown> }[]
  readonly status: { readonly code: number; readonly message?: string }
}
interface OtlpBody {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: OtlpSpan['attributes'] }
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[]
  }[]
}

/** A collector: keeps what is posted to /v1/traces. */
async function startCollector() {
  const received: { headers: Record<string, unknown>; body: OtlpBody }[] = []
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    if (request.url === '/v1/traces' && request.method === 'POST')
      received.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) })
    response.setHeader('content-type', 'application/json')
    response.end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { received, server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}
const valuesOf = (attributes: OtlpSpan['attributes']) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))

let collector: Awaited<ReturnType<typeof startCollector>>
let server: Served

beforeAll(async () => {
  collector = await startCollector()
  server = await serveExample({
    variables: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-team=search',
      OTEL_SERVICE_NAME: 'shop-ranker',
    },
  })
})
afterAll(async () => {
  await server?.close()
  collector?.server.close()
})
afterEach(() => void vi.restoreAllMocks())

/** The spans of a trace, when they have come. */
async function spansOf(trace: string): Promise<OtlpSpan[]> {
  for (let tries = 0; tries < 100; tries++) {
    const all = collector.received.flatMap(({ body }) =>
      body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    )
    const found = all.filter(({ traceId }) => traceId === trace)
    if (found.length > 0) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`No span of trace ${trace} came`)
}

describe('a trace', () => {
  it("continues the caller's, and has a span for the request and each stage", async () => {
    const answer = await fetch(`${server.url}/v2/rerank`, {
      method: 'POST',
      body,
      headers: { traceparent: `00-${TRACE}-${CALLER}-01`, 'x-request-id': 'shop-4711' },
    })
    expect(answer.status).toBe(200)
    const spans = await spansOf(TRACE)
    const root = spans.find(({ kind }) => kind === 2)!
    expect(answer.headers.get('traceparent')).toBe(`00-${TRACE}-${root.spanId}-01`)
    expect(root).toMatchObject({ name: 'POST /v2/rerank', parentSpanId: CALLER })
    expect(valuesOf(root.attributes)).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/v2/rerank',
      'http.response.status_code': 200,
      'disranker.request_id': 'shop-4711',
      'disranker.documents': documents.length,
      'disranker.cache': 'miss',
      'disranker.model': 'disranker',
    })
    const stages = spans.filter(({ parentSpanId }) => parentSpanId === root.spanId)
    expect(stages.map(({ name }) => name).toSorted()).toEqual(['compute', 'queue', 'tokenise'])
    for (const { startTimeUnixNano: start, endTimeUnixNano: end } of stages) {
      expect(BigInt(start)).toBeGreaterThanOrEqual(BigInt(root.startTimeUnixNano) - 1_000_000n)
      expect(BigInt(end)).toBeLessThanOrEqual(BigInt(root.endTimeUnixNano) + 1_000_000n)
      expect(BigInt(end)).toBeGreaterThanOrEqual(BigInt(start))
    }
    const { headers, body: told } = collector.received.at(-1)!
    expect(headers).toMatchObject({ 'x-team': 'search', 'content-type': 'application/json' })
    expect(valuesOf(told.resourceSpans[0]!.resource.attributes)).toMatchObject({
      'service.name': 'shop-ranker',
      'service.version': expect.stringMatching(/^\d+\.\d+\.\d+/),
    })
    expect(JSON.stringify(collector.received)).not.toContain(query)
  })

  it('begins here where the caller brings none or nonsense', async () => {
    for (const traceparent of [undefined, 'nonsense', `00-${'0'.repeat(32)}-${CALLER}-01`]) {
      const answer = await fetch(`${server.url}/health`, { headers: traceparent ? { traceparent } : {} })
      const [, trace] = /^00-([0-9a-f]{32})-[0-9a-f]{16}-01$/.exec(answer.headers.get('traceparent') ?? '')!
      expect(trace).not.toBe('0'.repeat(32))
      expect((await spansOf(trace!))[0]).toMatchObject({ name: 'GET /health' })
    }
  })

  it('is not sent where the caller says that it is not sampled', async () => {
    const quiet = TRACE.replace(/^0a/, '1b')
    const headers = { traceparent: `00-${quiet}-${CALLER}-00` }
    const answer = await fetch(`${server.url}/health`, { headers })
    expect(answer.headers.get('traceparent')).toMatch(new RegExp(`^00-${quiet}-[0-9a-f]{16}-00$`))
    const loud = TRACE.replace(/^0a/, '2c')
    await fetch(`${server.url}/health`, { headers: { traceparent: `00-${loud}-${CALLER}-01` } })
    await spansOf(loud)
    await expect(
      Promise.race([spansOf(quiet), new Promise((_, reject) => setTimeout(reject, 300, new Error('none')))]),
    ).rejects.toThrow('none')
  })

  it('that no collector takes costs nobody an answer', async () => {
    const lines: string[] = []
    vi.spyOn(console, 'warn').mockImplementation((line) => void lines.push(line))
    vi.spyOn(console, 'log').mockImplementation(() => {})
    const app = createApp({
      bundle: async () => randomBundle(),
      tracing: { endpoint: 'http://127.0.0.1:9' },
    })
    expect((await app.request('/v2/rerank', { method: 'POST', body })).status).toBe(200)
    for (let tries = 0; tries < 100 && lines.length === 0; tries++)
      await new Promise((resolve) => setTimeout(resolve, 20))
    expect(JSON.parse(lines[0]!)).toMatchObject({ level: 'warn', event: 'telemetry' })
  })
})

describe('headers', () => {
  it('tell the stages, and keep the id a client sends when it is sane', async () => {
    const ask = (id?: string) =>
      fetch(`${server.url}/v2/rerank`, {
        method: 'POST',
        body,
        headers: { 'cache-control': 'no-store', ...(id !== undefined && { 'x-request-id': id }) },
      })
    const answer = await ask('a-b_c=42')
    expect(answer.headers.get('x-request-id')).toBe('a-b_c=42')
    expect(answer.headers.get('server-timing')).toMatch(
      /^queue;dur=[\d.]+, tokenise;dur=[\d.]+, compute;dur=[\d.]+, total;dur=[\d.]+$/,
    )
    for (const id of ['a b', '<script>', 'x'.repeat(129), 'é'.normalize('NFC').replace('é', '%C3')])
      expect((await ask(id)).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    const refused = await fetch(`${server.url}/v2/rerank`, {
      method: 'POST',
      body: '{',
      headers: { 'x-request-id': 'mine-1' },
    })
    expect(refused.headers.get('x-request-id')).toBe('mine-1')
    expect(await refused.json()).toMatchObject({ id: 'mine-1' })
    expect(refused.headers.get('traceparent')).toMatch(/^00-/)
  })
})

describe('the log', () => {
  const logged = async (work: () => Promise<unknown>) => {
    const lines: string[] = []
    for (const method of ['log', 'warn', 'error'] as const)
      vi.spyOn(console, method).mockImplementation((line) => void lines.push(line))
    await work()
    vi.restoreAllMocks()
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  }

  it('warns of documents that keep their order, with the cause', async () => {
    const app = createApp({
      bundle: async () => ({ ...randomBundle(), 'model.onnx': new Uint8Array(9) }),
      onError: 'passthrough',
      deployment: 'abc123',
    })
    const lines = await logged(async () => {
      const answer = await app.request('/v2/rerank', { method: 'POST', body })
      expect(answer.status).toBe(200)
      expect(answer.headers.get('x-disranker-passthrough')).toMatch(/^Nothing was ranked/)
    })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({
      level: 'warn',
      status: 200,
      passthrough: expect.stringMatching(/^Nothing was ranked/),
      fault: expect.stringMatching(/model\.onnx/),
      code: expect.stringMatching(/^\d+\.\d+\.\d+\+abc123$/),
      trace: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
    expect(await (await app.request('/health')).json()).toMatchObject({ code: lines[0]!.code })
  })

  it('has 499 of a client that has gone', async () => {
    const app = createApp({ bundle: async () => randomBundle() })
    const gone = new AbortController()
    const lines = await logged(async () => {
      const asked = app.request('/v2/rerank', { method: 'POST', body, signal: gone.signal })
      gone.abort()
      await asked
    })
    expect(lines).toMatchObject([{ level: 'warn', status: 499 }])
    const metrics = await (await app.request('/metrics')).text()
    expect(metrics).toContain('disranker_requests_total{route="/v2/rerank",status="499"} 1')
  })
})

describe('a client that resets its connection, in workerd alone', () => {
  it('leaves a 499 in the metrics', async () => {
    const folder = await exampleFolder()
    const bare = await serveBare({
      dist: folder.dist,
    })
    try {
      const many = Array.from({ length: 900 }, (_, at) => `${at} ${documents[at % 30]}`)
      const long = JSON.stringify({ model: 'disranker', query, documents: many })
      await (await fetch(`${bare.url}/v2/rerank`, { method: 'POST', body })).arrayBuffer()
      const told = async () =>
        /disranker_requests_total\{route="\/v2\/rerank",status="499"\} (\d+)/.exec(
          await (await fetch(`${bare.url}/metrics`)).text(),
        )?.[1]
      // how far a request is when it is reset differs; one of them computes
      for (let tries = 0; tries < 40 && (await told()) === undefined; tries++)
        await reset(bare.port, '/v2/rerank', long, 20 * (1 + (tries % 4)))
      expect(Number(await told())).toBeGreaterThan(0)
    } finally {
      await bare.close()
      folder.remove()
    }
  })
})

// What an operator relies on, over HTTP against the Worker in workerd: caches, a bounded queue, failing open, keys, rate
// limits, readiness and metrics.
import type { RerankAnswer } from '@disranker/edge'
import type { Served } from '@disranker/edge/serve'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXAMPLE } from '../served/example-texts.ts'
import { keysOf, serveExample } from '../served/served-example.ts'

const query = EXAMPLE.queries[0]!.text
const documents = EXAMPLE.documents.slice(0, 50).map(({ summary }) => summary)
const ORIGIN = 'https://shop.example'

let open: Served
let busy: Served
let closed: Served

beforeAll(async () => {
  ;[open, busy, closed] = await Promise.all([
    serveExample(),
    serveExample({ variables: { MAX_QUEUE_TOKENS: '1', MAX_TOKENS: '4000', ALLOWED_ORIGINS: ORIGIN } }),
    serveExample({ variables: { RERANK_KEYS: keysOf('open-sesame') } }),
  ])
})
afterAll(() => Promise.all([open, busy, closed].map((server) => server?.close())))

const ask = (server: Served, body: object, headers: Record<string, string> = {}, path = '/v2/rerank') =>
  fetch(`${server.url}${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ model: 'disranker', query, documents, ...body }),
  })
/** enough for several micro-batches, between which others get their turn */
const MANY = Array.from({ length: 90 }, (_, at) => `${at} ${documents[at % 50]}`)
const NO_STORE = { 'cache-control': 'no-store' }
const scoresOf = async (answer: Response) =>
  new Map(((await answer.json()) as RerankAnswer).results.map((one) => [one.index, one.relevance_score]))

describe('the caches', () => {
  it('give equal scores on miss, partial and hit, and equal bytes for equal requests', async () => {
    const few = { documents: documents.slice(0, 20) }
    const miss = await ask(open, few)
    expect([miss.status, miss.headers.get('x-disranker-cache')]).toEqual([200, 'miss'])
    expect(miss.headers.get('cache-control')).toBe('private, max-age=3600')
    const bytes = await miss.text()
    const hit = await ask(open, few)
    expect(hit.headers.get('x-disranker-cache')).toBe('hit')
    expect(await hit.text()).toBe(bytes)
    const partial = await ask(open, {})
    expect(partial.headers.get('x-disranker-cache')).toBe('partial')
    const fresh = await ask(open, {}, NO_STORE)
    expect([fresh.headers.get('x-disranker-cache'), fresh.headers.get('cache-control')]).toEqual([
      'miss',
      'no-store',
    ])
    const computed = await scoresOf(fresh)
    expect(await scoresOf(partial)).toEqual(computed)
    const first = (JSON.parse(bytes) as RerankAnswer).results
    for (const { index, relevance_score } of first) expect(relevance_score).toBe(computed.get(index))
  })

  it('know scores of other requests with the same query', async () => {
    await (await ask(open, { query: 'a lock in a phone' })).arrayBuffer()
    const top = await ask(open, { query: 'a lock in a phone', top_n: 3 })
    expect(top.headers.get('x-disranker-cache')).toBe('hit')
    expect(((await top.json()) as RerankAnswer).results).toHaveLength(3)
  })
})

describe('too many requests at once', () => {
  it('are refused at once with Retry-After, in the shape of the API; the rest are answered', async () => {
    const body = { documents: MANY }
    const texts = { texts: body.documents, truncate: true }
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, at) =>
        at % 2 === 0 ? ask(busy, body, NO_STORE) : ask(busy, texts, NO_STORE, '/tei/rerank'),
      ),
    )
    const refused = answers.filter(({ status }) => status === 503)
    expect(answers.filter(({ status }) => status === 200).length + refused.length).toBe(12)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused.length).toBeLessThan(12)
    for (const answer of refused) {
      expect(answer.headers.get('retry-after')).toBe('1')
      const told = JSON.stringify(await answer.json())
      expect(told).toMatch(
        answer.url.endsWith('/tei/rerank')
          ? /^\{"error":"The server is busy.*"error_type":"Overloaded"\}$/
          : /^\{"id":".*"message":"The server is busy/,
      )
    }
    expect((await ask(busy, body, NO_STORE)).status).toBe(200)
  })

  it('keep their order with a warning where that was asked for', async () => {
    const body = { documents: MANY, on_error: 'passthrough' }
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask(busy, body, NO_STORE)))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    const left = answers.filter(({ headers }) => headers.has('x-disranker-passthrough'))
    expect(left.length).toBeGreaterThan(0)
    for (const answer of left) {
      const { results, meta } = (await answer.json()) as RerankAnswer
      expect(results).toEqual(body.documents.map((_, index) => ({ index, relevance_score: 0 })))
      expect(meta.warnings).toEqual([expect.stringMatching(/^Nothing was ranked.*The server is busy/)])
    }
  })
})

describe('a request past the token budget', () => {
  const long = { documents: [...MANY, ...MANY.map((text) => `${text} too`)] }

  it('is refused, or ranked as far as the budget goes, in every API', async () => {
    const refused = await ask(busy, long)
    expect([refused.status, await refused.text()]).toEqual([
      422,
      expect.stringContaining('(MAX_TOKENS, CPU_BUDGET_MS)'),
    ])
    const answer = await ask(busy, { ...long, on_error: 'passthrough' })
    const { results, meta } = (await answer.json()) as RerankAnswer
    const from = Number(/number (\d+) on/.exec(meta.warnings?.[0] ?? '')?.[1])
    expect(from).toBeGreaterThan(10)
    const kept = results.slice(from)
    expect(kept).toEqual(
      long.documents.slice(from).map((_, at) => ({ index: from + at, relevance_score: 0 })),
    )
    expect(results.slice(0, from).every(({ index }) => index < from)).toBe(true)
    expect(meta.tokens.input_tokens).toBeLessThanOrEqual(4000)
    for (const path of ['/v1/rerank', '/voyage/v1/rerank', '/tei/rerank']) {
      const body = { texts: long.documents, truncate: true, ...long, on_error: 'passthrough' }
      const other = await ask(busy, body, {}, path)
      expect([other.status, other.headers.get('x-disranker-passthrough')]).toEqual([200, meta.warnings![0]])
      expect(other.headers.get('cache-control')).toBe('no-store')
    }
  })
})

describe('keys', () => {
  const key = { authorization: 'Bearer open-sesame' }

  it('open what ranks and what tells of models and load, not what says that it is alive', async () => {
    for (const path of ['/v1/models', '/metrics']) {
      const shut = await fetch(`${closed.url}${path}`)
      expect([path, shut.status, shut.headers.get('www-authenticate')]).toEqual([path, 401, 'Bearer'])
      expect((await fetch(`${closed.url}${path}`, { headers: key })).status).toBe(200)
    }
    expect((await ask(closed, {})).status).toBe(401)
    expect((await ask(closed, {}, { authorization: 'Bearer open-sesam' })).status).toBe(401)
    expect((await ask(closed, {}, key)).status).toBe(200)
    for (const path of ['/health', '/ready']) expect((await fetch(`${closed.url}${path}`)).status).toBe(200)
  })

  it('are wanted of whoever comes through the network, even where none are set', async () => {
    const shut = await ask(open, {}, { 'cf-ray': '8c0ffee0decaf000-AMS' })
    expect([shut.status, await shut.text()]).toEqual([401, expect.stringContaining('ALLOW_ANONYMOUS')])
  })

  it('may ask so often in a minute, then 429 with Retry-After', async () => {
    const statuses = new Map<number, number>()
    const allowed = new Map<number, number>()
    const minute = () => Math.floor(Date.now() / 60_000)
    // side by side, and until it is so: where a minute ends in between, it takes as many again
    const ask = async () => {
      const began = minute()
      const answer = await fetch(`${closed.url}/v1/models`, { headers: key })
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
      if (answer.status === 429) expect(answer.headers.get('retry-after')).toBe('60')
      await answer.arrayBuffer()
      if (answer.status === 200 && minute() === began) allowed.set(began, (allowed.get(began) ?? 0) + 1)
    }
    for (let at = 0; at < 25 && !statuses.has(429); at++) await Promise.all(Array.from({ length: 40 }, ask))
    expect([...statuses.keys()].toSorted()).toEqual([200, 429])
    expect(Math.max(...allowed.values())).toBeLessThanOrEqual(300)
    // what watches a server is not what uses it
    expect((await fetch(`${closed.url}/metrics`, { headers: key })).status).toBe(200)
  })
})

describe('pages of other origins', () => {
  const preflight = (server: Served, origin: string) =>
    fetch(`${server.url}/v2/rerank`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    })

  it('are let in when listed, and only then', async () => {
    const allowed = (answer: Response) => answer.headers.get('access-control-allow-origin')
    expect(allowed(await preflight(busy, ORIGIN))).toBe(ORIGIN)
    expect(allowed(await ask(busy, { documents: ['a'] }, { origin: ORIGIN }))).toBe(ORIGIN)
    expect(allowed(await preflight(busy, 'https://other.example'))).toBeNull()
    expect(allowed(await preflight(open, ORIGIN))).toBeNull()
    expect(allowed(await ask(open, {}, { origin: ORIGIN }))).toBeNull()
  })
})

describe('what is told of the server', () => {
  it('is whether it is alive and ready, and what it has done', async () => {
    await (await ask(open, {})).arrayBuffer()
    const ready = await fetch(`${open.url}/ready`)
    expect([ready.status, await ready.json()]).toMatchObject([200, { status: 'ready', model: 'disranker' }])
    const text = await (await fetch(`${open.url}/metrics`)).text()
    const value = (name: string) =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${name} `))
          ?.split(' ')[1],
      )
    expect(value('disranker_request_seconds_count')).toBeGreaterThan(0)
    expect(value('disranker_wasm_heap_bytes')).toBeGreaterThan(1e5)
    expect(value('disranker_score_cache_bytes')).toBeGreaterThan(0)
    expect(value('disranker_cache_total{result="hit"}')).toBeGreaterThan(0)
    expect(text).toMatch(/disranker_requests_total\{route="\/v2\/rerank",status="200"\} \d+/)
    for (const line of text.trim().split('\n'))
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)+\})? [\d.e+-]+)$/)
  })
})

describe('long documents', () => {
  it('are read from their beginning, from their end, or in pieces of which the best counts', async () => {
    const needle = EXAMPLE.documents[0]!.summary
    const hay = Array.from({ length: 20 }, () => EXAMPLE.documents[55]!.summary).join(' ')
    const raw = async (body: object, path = '/v2/rerank') => {
      const answer = (await (await ask(open, { raw_scores: true, ...body }, {}, path)).json()) as {
        results?: { relevance_score: number }[]
        data?: unknown
      } & { score: number }[]
      return path === '/tei/rerank' ? answer[0]!.score : answer.results![0]!.relevance_score
    }
    const beginning = await raw({ documents: [`${hay} ${needle}`] })
    expect(await raw({ documents: [hay] })).toBe(beginning)
    const pieces = await raw({ documents: [`${hay} ${needle}`], long_documents: 'chunk' })
    expect(pieces).toBeGreaterThanOrEqual(beginning)
    expect(await raw({ documents: [`${hay} ${needle}`], max_chunks_per_doc: 1 }, '/v1/rerank')).toBe(
      beginning,
    )
    const tei = (direction: string) =>
      raw({ texts: [`${hay} ${needle}`], truncate: true, truncation_direction: direction }, '/tei/rerank')
    expect(await tei('right')).toBe(beginning)
    expect(await tei('left')).not.toBe(beginning)
  })
})

describe('tokens', () => {
  it('are limited as well as requests: what is past the quota is told to the next request', async () => {
    const server = await serveExample({ variables: { ALLOW_ANONYMOUS: 'true' }, tokenLimit: 2 })
    try {
      // about 2,400 tokens, which are three counts of the two that a minute allows
      const texts = Array.from({ length: 50 }, (_, at) =>
        `${at} ${documents[at % documents.length]}`.repeat(3),
      )
      const minute = () => Math.floor(Date.now() / 60_000)
      const statuses: number[] = []
      // where a minute ends in between, it allows as much again
      for (let began = -1; began !== minute(); ) {
        began = minute()
        statuses.length = 0
        for (let at = 0; at < 4; at++) {
          const answer = await ask(server, { documents: texts })
          statuses.push(answer.status)
          const text = await answer.text()
          if (answer.status === 429) expect(text).toContain('Too many tokens. Wait 60 seconds.')
        }
      }
      expect(statuses.at(-1)).toBe(429)
    } finally {
      await server.close()
    }
  })
})

// Clients that send slowly, in part, or more than there is memory for, to workerd alone and to the Node server: each is ended in
// the time of a request, what all of them hold is bounded, and the next ranking is answered.
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveBare } from '../served/bare-workerd.ts'
import { startNode } from '../served/node-process.ts'
import { drip, head, rawClient, statusOf } from '../served/raw-client.ts'
import { exampleFolder } from '../served/served-example.ts'
import { KNOWN, rank } from './mishaps.ts'

/** long enough that what comes at once arrives in it on a machine with other work */
const TIMEOUT = 8_000
const BODIES = 8 * 1024 * 1024
const variables = { REQUEST_TIMEOUT_MS: String(TIMEOUT), MAX_BODIES_BYTES: String(BODIES) }

let folder: Awaited<ReturnType<typeof exampleFolder>>
beforeAll(async () => {
  folder = await exampleFolder()
})
afterAll(() => folder?.remove())

const STARTS = {
  workerd: () => serveBare({ dist: folder.dist, variables }),
  Node: () => startNode({ folder: folder.dist, variables }),
}
const metric = async (url: string, name: string) =>
  Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await (await fetch(`${url}/metrics`)).text())?.[1])

describe.each(['workerd', 'Node'] as const)('%s', (name) => {
  let server: Awaited<ReturnType<(typeof STARTS)[typeof name]>>
  beforeAll(async () => {
    server = await STARTS[name]()
    expect((await rank(server.url, KNOWN)).status).toBe(200)
  })
  afterAll(async () => {
    await server?.close()
  })

  // tests that wait for a time limit wait side by side
  it.concurrent('ends every body that comes slowly', async () => {
    const cases: readonly [string, string, string, string | Uint8Array, string][] = [
      ['a small body', '/v2/rerank', 'content-length: 5000', '{"query":', ' '],
      ['a large body', '/v1/rerank', 'content-length: 3000000', ' '.repeat(200_000), ' '],
      ['chunks without an end', '/v2/rerank', 'transfer-encoding: chunked', '', '1\r\n \r\n'],
      [
        'a compressed body',
        '/tei/rerank',
        'content-length: 9000\r\ncontent-encoding: gzip',
        gzipSync('{'),
        'x',
      ],
      ['a body for no path', '/nowhere', 'content-length: 3000000', '{', ' '],
      ['a text for /tokenize', '/tokenize', 'content-length: 5000', '{"inputs":', ' '],
    ]
    const answers = cases.map(async ([what, path, headers, first, piece]) => {
      const fields = headers.split('\r\n').map((line) => line.split(': ') as [string, string])
      const begun = Buffer.concat([Buffer.from(head(path, Object.fromEntries(fields))), Buffer.from(first)])
      return [what, statusOf(await drip(server.port, begun, piece, 100))]
    })
    // side by side: each takes the time of a request
    expect(await Promise.all(answers)).toEqual(
      cases.map(([what]) => [what, what.endsWith('no path') ? 404 : 408]),
    )
    expect((await rank(server.url, KNOWN)).status).toBe(200)
  })

  it.concurrent('ends a connection whose headers come slowly or not at all', async () => {
    // workerd closes it after 15 s, before there is a request that the Worker could count; the Node server answers 408
    const begun = ['POST /v2/rerank HTTP/1.1\r\nhost: 127.0.0.1\r\n', '']
    const texts = await Promise.all(
      begun.map((text) => drip(server.port, text, text === '' ? '' : 'x: y\r\n', 100)),
    )
    expect(texts.map((text) => (text === '' ? 0 : statusOf(text)))).toEqual(
      name === 'Node' ? [408, 408] : [0, 0],
    )
    expect((await rank(server.url, KNOWN)).status).toBe(200)
  }, 60_000)

  it('answers a client that has closed its side', async () => {
    const { socket, ended } = rawClient(server.port)
    socket.end(
      `${head('/v2/rerank', { 'content-length': Buffer.byteLength(KNOWN), connection: 'close' })}${KNOWN}`,
    )
    const text = await ended
    expect(statusOf(text)).toBe(200)
    expect(text).toContain('"results"')
  })

  it('ends a client that has closed its side before its body was whole', async () => {
    const { socket, ended } = rawClient(server.port)
    socket.end(`${head('/v2/rerank', { 'content-length': 90_000 })}{"query":`)
    expect(await ended).not.toContain('HTTP/1.1 200')
  })

  it.each<[string, Readonly<Record<string, string | number>>, string | Uint8Array]>([
    [
      'compressed bodies without their last bytes',
      { 'content-encoding': 'gzip', 'content-length': 3_846 },
      gzipSync(Buffer.alloc(3_900_000, ' ')).subarray(0, -8),
    ],
    ['plain bodies', { 'content-length': 3_950_000 }, ' '.repeat(3_900_000)],
  ])('holds no more than its bound of %s that stop, and ranks meanwhile', async (_, headers, first) => {
    const clients = Array.from({ length: 40 }, () => {
      const client = rawClient(server.port)
      client.socket.write(head('/v2/rerank', headers))
      client.socket.write(first)
      return client
    })
    await sleep(300)
    for (let round = 0; round < 10; round++) {
      expect((await rank(server.url, KNOWN)).status).toBe(200)
      expect(await metric(server.url, 'disranker_bodies_bytes')).toBeLessThanOrEqual(BODIES)
      await sleep(100)
    }
    for (const { ended } of clients) expect([408, 503]).toContain(statusOf(await ended))
    expect(await metric(server.url, 'disranker_bodies_bytes')).toBe(0)
  })

  it('refuses what inflates to more than a body may have, again and again', async () => {
    const headers = { 'content-encoding': 'gzip' }
    const body = gzipSync(Buffer.alloc(8_000_000, ' '))
    for (let round = 0; round < 5; round++) {
      const answers = await Promise.all(
        [0, 1, 2, 3].map(() => fetch(`${server.url}/v2/rerank`, { method: 'POST', headers, body })),
      )
      for (const answer of answers) {
        expect([413, 503]).toContain(answer.status)
        await answer.arrayBuffer()
      }
    }
    const answer = await fetch(`${server.url}/v2/rerank`, { method: 'POST', headers, body })
    expect(answer.status).toBe(413)
    expect(server.alive()).toBe(true)
  })

  it('ranks a gzip body of several members', async () => {
    const body = Buffer.concat([gzipSync(KNOWN.slice(0, 30)), gzipSync(''), gzipSync(KNOWN.slice(30))])
    const headers = { 'content-encoding': 'gzip', 'cache-control': 'no-store' }
    const answer = await fetch(`${server.url}/v2/rerank`, { method: 'POST', headers, body })
    expect([answer.status, (await answer.json()).results]).toEqual([
      200,
      JSON.parse((await rank(server.url, KNOWN)).text).results,
    ])
  })
})

describe('Node alone', () => {
  it.concurrent('ends headers that come slowly, and counts them', async () => {
    const server = await startNode({ folder: folder.dist, variables })
    try {
      const text = await drip(server.port, 'POST /v2/rerank HTTP/1.1\r\nhost: 127.0.0.1\r\n', 'x: y\r\n', 100)
      expect(statusOf(text)).toBe(408)
      const { socket, ended } = rawClient(server.port)
      socket.write('no HTTP\r\n\r\n')
      expect(statusOf(await ended)).toBe(400)
      const metrics = await (await fetch(`${server.url}/metrics`)).text()
      expect(metrics).toContain('disranker_connections_refused_total{status="408"} 1\n')
      expect(metrics).toContain('disranker_connections_refused_total{status="400"} 1\n')
    } finally {
      await server.close()
    }
  })

  it.concurrent('answers on a connection that was idle for longer than Node keeps one, as a load balancer sends it', async () => {
    const server = await startNode({ folder: folder.dist, variables })
    try {
      const { socket, ended } = rawClient(server.port)
      const request = `${head('/v2/rerank', { 'content-length': Buffer.byteLength(KNOWN) })}${KNOWN}`
      socket.write(request)
      await new Promise((resolve) => socket.once('data', resolve))
      await sleep(8_000)
      socket.write(request.replace('\r\n', '\r\nconnection: close\r\n'))
      expect((await ended).match(/HTTP\/1\.1 200/g)).toHaveLength(2)
    } finally {
      await server.close()
    }
  })

  it('cancels the request of a client that has gone, though it closed without a reset', async () => {
    const server = await startNode({ folder: folder.dist, variables })
    try {
      const { socket } = rawClient(server.port)
      const documents = Array.from(
        { length: 1_000 },
        (_, at) => `${at} a buffer of a server writes past the end`,
      )
      const body = JSON.stringify({ model: 'disranker', query: 'a buffer', documents })
      socket.write(`${head('/v2/rerank', { 'content-length': Buffer.byteLength(body) })}${body}`)
      await sleep(60)
      socket.destroy()
      while (!server.printed().includes('"route":"/v2/rerank"')) await sleep(20)
      expect(server.printed()).toContain('"route":"/v2/rerank","status":499')
    } finally {
      await server.close()
    }
  })
})

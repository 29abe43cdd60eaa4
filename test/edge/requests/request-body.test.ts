// Bodies as clients send them: compressed, of other types, in other codings. The app in Node; compression in workerd is in
// clients.test.ts.
import { deflateSync, gzipSync } from 'node:zlib'
import { createApp, DEFAULT_LIMITS } from '@disranker/edge'
import { describe, expect, it } from 'vitest'
import { randomBundle } from '../served/served-example.ts'

const limits = { ...DEFAULT_LIMITS, bodyBytes: 100_000 }
const app = createApp({ bundle: async () => randomBundle(), limits })
const json = JSON.stringify({ model: 'disranker', query: 'buffer', documents: ['one', 'two é'] })

async function send(
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
  path = '/v2/rerank',
) {
  const answer = await app.request(path, { method: 'POST', body, headers })
  return {
    status: answer.status,
    headers: answer.headers,
    body: (await answer.json()) as { message: string },
  }
}
const bytes = (buffer: Buffer) => Uint8Array.from(buffer)

describe('a compressed body', () => {
  it('is ranked as the same one plain', async () => {
    const plain = await send(json)
    expect(plain.status).toBe(200)
    for (const [coding, body] of [
      ['gzip', gzipSync(json)],
      ['x-gzip', gzipSync(json)],
      ['GZIP', gzipSync(json)],
      ['deflate', deflateSync(json)],
      ['identity', Buffer.from(json)],
    ] as const)
      expect(await send(bytes(body), { 'content-encoding': coding })).toMatchObject({
        status: 200,
        body: plain.body,
      })
  })

  it('is bounded by what it becomes', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, ' '))
    expect(bomb.byteLength).toBeLessThan(limits.bodyBytes)
    expect(await send(bytes(bomb), { 'content-encoding': 'gzip' })).toMatchObject({
      status: 413,
      body: { message: expect.stringMatching(/larger than 100000 bytes/) },
    })
  })

  it('is bounded by what comes in, too', async () => {
    // gzip of nothing, again and again
    const nothing = gzipSync('')
    const many = Uint8Array.from(Buffer.concat(Array(20_000).fill(nothing)))
    const stream = new ReadableStream({
      start(controller) {
        for (let at = 0; at < many.length; at += 65_536) controller.enqueue(many.subarray(at, at + 65_536))
        controller.close()
      },
    })
    const answer = await app.request('/v2/rerank', {
      method: 'POST',
      body: stream,
      headers: { 'content-encoding': 'gzip' },
      duplex: 'half',
    } as RequestInit)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
  })

  it('that is none of what it says is a 400', async () => {
    for (const body of [Buffer.from(json), gzipSync(json).subarray(0, 40)])
      expect((await send(bytes(body), { 'content-encoding': 'gzip' })).status).toBe(400)
  })
})

it.each([
  [{ 'content-encoding': 'br' }, /content-encoding/],
  [{ 'content-encoding': 'gzip, gzip' }, /content-encoding/],
  [{ 'content-type': 'application/xml' }, /content-type/],
  [{ 'content-type': 'multipart/form-data; boundary=a' }, /content-type/],
  [{ 'content-type': 'application/x-www-form-urlencoded' }, /content-type/],
])('%j is a 415', async (headers, message) => {
  expect(await send(json, headers as Record<string, string>)).toMatchObject({
    status: 415,
    body: { message: expect.stringMatching(message) },
  })
})

it.each([
  'application/json',
  'application/json; charset=utf-8',
  'application/vnd.api+json',
  'text/plain;charset=UTF-8',
])('%s is taken', async (type) => {
  expect((await send(json, { 'content-type': type })).status).toBe(200)
})

it('text that is not UTF-8 is a 400, not a question mark', async () => {
  const body = Uint8Array.from(Buffer.from(json.replace('é', '\xe9'), 'latin1'))
  expect(await send(body)).toMatchObject({ status: 400, body: { message: expect.stringMatching(/UTF-8/) } })
})

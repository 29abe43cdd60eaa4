// Bodies that are made to cost, against workerd alone: each is answered within 2 s of CPU, and the server ranks on. What the
// process holds is printed, not judged: workerd collects garbage when it likes.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Bare, serveBare } from './bare-workerd.ts'
import { exampleFolder } from './served-example.ts'

const CPU = 2_000

const many = <Value>(count: number, of: (at: number) => Value) =>
  Array.from({ length: count }, (_, at) => of(at))
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
const chunk = { long_documents: 'chunk' }
const BODIES: Record<string, object | string> = {
  'unknown signs in pieces': { documents: many(50, (at) => `${at}${'☃,'.repeat(10_000)}`), ...chunk },
  'unknown signs': { documents: many(1_000, (at) => `${at}${'☃,'.repeat(650)}`) },
  'no spaces': { documents: many(1_000, (at) => `${at}${'abcdefghij'.repeat(390)}`) },
  'one word of 4 MB': { documents: ['x'.repeat(4_000_000)] },
  'one word of 4 MB in pieces without end': {
    documents: ['x'.repeat(4_000_000)],
    ...chunk,
    max_chunks_per_doc: 2_147_483_647,
  },
  'words of 4 MB in pieces without end': {
    documents: ['lock '.repeat(800_000)],
    ...chunk,
    max_chunks_per_doc: 2_147_483_647,
  },
  'accents that have to be sorted': { documents: many(1_000, (at) => `${at}a${'\u0301\u0323'.repeat(900)}`) },
  '1,000 texts of 4 kB': {
    documents: many(1_000, (at) => `${at} the buffer of a lock `.repeat(180).slice(0, 4_000)),
  },
  'deep nesting': `{"query":"a","documents":${nested(20_000)}}`,
  'nesting of megabytes': `{"query":"a","documents":${nested(2_000_000)}}`,
}

let folder: Awaited<ReturnType<typeof exampleFolder>>
let server: Bare
beforeAll(async () => {
  folder = await exampleFolder()
  server = await serveBare({ dist: folder.dist })
})
afterAll(async () => {
  await server?.close()
  folder?.remove()
})

const send = (body: object | string) =>
  fetch(`${server.url}/${typeof body === 'string' || !('max_chunks_per_doc' in body) ? 'v2' : 'v1'}/rerank`, {
    method: 'POST',
    headers: { 'cache-control': 'no-store' },
    body:
      typeof body === 'string' ? body : JSON.stringify({ model: 'disranker', query: 'a buffer', ...body }),
  })
it('cost no more than 2 s each', async () => {
  expect((await send({ documents: ['a lock'] })).status).toBe(200)
  for (const [name, body] of Object.entries(BODIES)) {
    const began = server.cpu()
    const answer = await send(body)
    await answer.arrayBuffer()
    const cpu = server.cpu() - began
    console.log(
      `${name}: ${answer.status}, ${cpu} ms of CPU, ${(server.resident().now / 1e6).toFixed(0)} MB resident`,
    )
    expect(`${name}: ${cpu < CPU ? 'cheap' : cpu}`).toBe(`${name}: cheap`)
    expect([200, 400, 422]).toContain(answer.status)
  }
  expect((await send({ documents: ['a lock'] })).status).toBe(200)
}, 180_000)

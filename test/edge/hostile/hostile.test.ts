// Bodies that are made to cost, against workerd alone: each is answered within 2 s of CPU, and the server ranks on. What the
// process holds is printed, not judged: workerd collects garbage when it likes.
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Bare, serveBare } from '../served/bare-workerd.ts'
import { exampleFolder } from '../served/served-example.ts'
import { type HostileBody, LARGE, SMALL } from './hostile-bodies.ts'

const CPU = 2_000

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

const send = ({ path, body }: HostileBody) =>
  fetch(`${server.url}${path}`, { method: 'POST', headers: { 'cache-control': 'no-store' }, body })
const KNOWN = { path: '/v1/rerank', body: '{"query":"a buffer","documents":["a lock"]}' }

it('cost no more than 2 s each', async () => {
  expect((await send(KNOWN)).status).toBe(200)
  for (const [name, body] of Object.entries({ ...LARGE, ...SMALL })) {
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
  expect((await send(KNOWN)).status).toBe(200)
}, 180_000)

// characters of one to four bytes, so that some lie across the blocks in which a body is read
it.each([
  ['plain', {}, (body: string) => body],
  ['without a length', {}, (body: string) => new Blob([body]).stream()],
  ['compressed', { 'content-encoding': 'gzip' }, (body: string) => gzipSync(body)],
])('a body of many blocks arrives to the last character, %s', async (_, headers, sent) => {
  const documents = Array.from({ length: 300 }, (_, at) => `${at} a lock${'é€😀x'.repeat(50 + (at % 7))}`)
  const body = JSON.stringify({ query: 'a buffer', documents, return_documents: true })
  const options = { method: 'POST', headers, body: sent(body), duplex: 'half' } as RequestInit
  const answer = await fetch(`${server.url}/v1/rerank`, options)
  expect(answer.status).toBe(200)
  const { results } = (await answer.json()) as { results: { index: number; document: { text: string } }[] }
  const returned = results.toSorted((a, b) => a.index - b.index).map(({ document }) => document.text)
  expect(returned).toEqual(documents)
})

// workerd closes the connection of who is answered while he sends; a client that writes on then fails without an answer
it.each([
  ['nested', LARGE['nesting of megabytes']!.body, '/v2/rerank', 'application/json', 400],
  ['of another type', 'x'.repeat(4_000_000), '/v2/rerank', 'image/png', 415],
  ['for no path', 'x'.repeat(4_000_000), '/nowhere', 'application/json', 404],
])('a client sees why megabytes %s are refused', async (_, body, path, type, status) => {
  for (let sent = 0; sent < 20; sent++) {
    const headers = { 'content-type': type }
    const answer = await fetch(`${server.url}${path}`, { method: 'POST', headers, body })
    await answer.arrayBuffer()
    expect(answer.status).toBe(status)
  }
})

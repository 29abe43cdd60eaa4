// Bodies that are made to cost, against workerd alone: each is answered within 2 s of CPU, and the server ranks on. What the
// process holds is printed, not judged: workerd collects garbage when it likes.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Bare, serveBare } from './bare-workerd.ts'
import { type HostileBody, LARGE, SMALL } from './hostile-bodies.ts'
import { exampleFolder } from './served-example.ts'

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

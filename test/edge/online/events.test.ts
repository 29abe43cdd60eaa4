// POST /v1/events on a Node server in a process of its own: what is acknowledged is on the disk, whenever the server is killed.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signImpression } from '@disranker/experiments'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startNode } from '../served/node-process.ts'
import { exampleFolder } from '../served/served-example.ts'

const SECRET = 'a secret of the test that is long enough'
let folder: Awaited<ReturnType<typeof exampleFolder>>
let records: string

beforeAll(async () => {
  folder = await exampleFolder()
  records = mkdtempSync(join(tmpdir(), 'records-'))
})
afterAll(() => {
  folder?.remove()
  rmSync(records, { recursive: true, force: true })
})

const start = (variables: Record<string, string> = {}) =>
  startNode({
    folder: folder.dist,
    variables: { RECORD_FOLDER: records, RECORD_SECRETS: SECRET, ...variables },
  })

const click = (query: string, document: string, id: string) => ({
  action_name: 'click',
  event_id: id,
  query_id: query,
  event_attributes: {
    object: { object_id: document },
    token: signImpression({ queryId: query, documents: ['d1', 'd2'], label: '' }, SECRET, Date.now()),
  },
})

const send = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${url}/v1/events`, { method: 'POST', body: JSON.stringify(body), headers })

/** Event ids on the disk; a last line that was cut off counts for nothing. */
function recorded(): string[] {
  const table = join(records, 'ubi_events')
  return readdirSync(table).flatMap((name) =>
    readFileSync(join(table, name), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line).event_id),
  )
}

it('records good events, names bad ones, and counts both', async () => {
  const { child, url } = await start({ EVENT_ORIGINS: 'https://shop.example' })
  const answer = await send(url, [click('q1', 'd1', 'good'), click('q1', 'd7', 'bad')], {
    'content-type': 'text/plain;charset=UTF-8', // as navigator.sendBeacon says
    origin: 'https://shop.example',
  })
  expect(answer.status).toBe(202)
  expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example')
  expect(await answer.json()).toEqual({
    accepted: 1,
    refused: [{ index: 1, why: 'event_attributes.token: the document was not shown for this query_id' }],
  })
  expect(recorded()).toEqual(['good'])
  expect((await send(url, click('q1', 'd7', 'bad'))).status).toBe(400)
  expect((await send(url, { events: Array(501).fill({}) })).status).toBe(413)
  expect((await send(url, 'x'.repeat(300_000))).status).toBe(413)
  expect((await fetch(`${url}/v1/events`)).status).toBe(405)
  const metrics = await (await fetch(`${url}/metrics`)).text()
  expect(metrics).toContain('disranker_recorded_total{what="event",result="recorded"} 1')
  expect(metrics).toContain('disranker_recorded_total{what="event",result="refused"} 2')
  child.kill('SIGKILL')
})

it('has on the disk what it acknowledged, killed at any moment', async () => {
  const acknowledged: string[] = []
  for (let kill = 0; kill < 3; kill++) {
    const { child, url } = await start()
    const before = acknowledged.length
    const clients = Array.from({ length: 4 }, async (_, client) => {
      for (let number = 0; ; number++) {
        const ids = [0, 1, 2].map((part) => `k${kill}-${client}-${number}-${part}`)
        const answer = await send(
          url,
          ids.map((id) => click('q', 'd1', id)),
        ).catch(() => undefined)
        if (answer === undefined) return
        if (answer.status === 202) acknowledged.push(...ids)
        // by what was answered, not by a clock: the others are then on their way
        if (acknowledged.length >= before + 30 * (kill + 1)) child.kill('SIGKILL')
      }
    })
    await Promise.all(clients)
    expect(acknowledged.length).toBeGreaterThanOrEqual(before + 30 * (kill + 1))
  }
  const there = new Set(recorded())
  expect(acknowledged.filter((id) => !there.has(id))).toEqual([])
})

it('does not start without a secret, and says what to set', async () => {
  await expect(start({ RECORD_SECRETS: '' })).rejects.toThrow(/RECORD_SECRETS/)
})

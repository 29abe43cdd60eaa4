// GET /v1/experiments: what the server knows of running experiments, from its own counts and from a folder of records.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp, recordingFrom } from '@disranker/edge'
import { parseExperiments } from '@disranker/experiments'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXAMPLE } from '../served/example-texts.ts'
import { type NodeProcess, startNode } from '../served/node-process.ts'
import { exampleFolder, keysOf, randomBundle } from '../served/served-example.ts'

const KEY = 'open-sesame'
const SECRET = 'a secret that is long enough'
const DOCUMENTS = EXAMPLE.documents.slice(0, 6).map(({ id, summary }) => ({ id, text: summary }))
const iso = (hours: number) => new Date(Date.now() + 3_600_000 * hours).toISOString()
const time = { start: iso(-1), end: iso(1) }
const FILE = JSON.stringify({
  experiments: [
    {
      name: 'split',
      unit: 'client_id',
      arms: [
        { name: 'today', model: 'request-order' },
        { name: 'reranked', model: 'disranker' },
      ],
      only: { applications: ['split'] },
      ...time,
    },
    {
      name: 'mixed',
      unit: 'client_id',
      design: 'team-draft',
      arms: [
        { name: 'one', model: 'request-order' },
        { name: 'two', model: 'disranker' },
      ],
      only: { applications: ['mixed'] },
      ...time,
    },
  ],
})

interface Told {
  readonly counted: string
  readonly experiments: readonly {
    readonly name: string
    readonly state: string
    readonly shares?: string
    readonly arms: readonly Record<string, number | string>[]
  }[]
}

/** Users of both experiments; each clicks on the first document of the list. */
async function visit(
  ask: (path: string, body: unknown) => Promise<Response>,
  users: number,
  from = 0,
): Promise<void> {
  for (let user = from; user < from + users; user++)
    for (const application of ['split', 'mixed']) {
      const ubi = { client_id: `u${user}`, application }
      const body = { model: 'disranker', query: EXAMPLE.queries[0]!.text, documents: DOCUMENTS, ubi }
      const { results, ubi: told } = await (await ask('/v1/rerank', body)).json()
      const object = { object_id: DOCUMENTS[results[0].index]!.id }
      const event_attributes = { object, token: told.impression }
      const click = { action_name: 'click', query_id: told.query_id, event_attributes }
      expect((await ask('/v1/events', click)).status).toBe(202)
    }
}

function check({ experiments }: Told, users: number): void {
  const [split, mixed] = experiments
  const sum = (name: string) => split!.arms.reduce((total, arm) => total + Number(arm[name]), 0)
  expect([
    split!.name,
    split!.state,
    sum('units'),
    sum('searches'),
    sum('clicked_searches'),
    sum('clicks'),
  ]).toEqual(['split', 'running', users, users, users, users])
  expect(split!.arms.map(({ arm }) => arm)).toEqual(['today', 'reranked'])
  for (const arm of split!.arms) expect(arm.units).toBeGreaterThan(0)
  // both arms are in each list, and one of them has the click
  expect(mixed!.arms.map(({ units, searches }) => [units, searches])).toEqual([
    [users, users],
    [users, users],
  ])
  expect(mixed!.arms.reduce((total, arm) => total + Number(arm.won_searches), 0)).toBe(users)
  expect(mixed!.shares).toBeUndefined()
}

describe('the counts of a process', () => {
  const rows: object[] = []
  const sink = { name: 'array', write: async (_: string, more: readonly object[]) => void rows.push(...more) }
  const app = createApp({
    bundle: async () => randomBundle(),
    access: { keys: [], anonymous: true },
    recording: recordingFrom({ RECORD_SECRETS: SECRET }, { own: sink })!,
    experiments: async () => parseExperiments(FILE),
  })
  const ask = async (path: string, body: unknown) =>
    app.request(`http://localhost${path}`, { method: 'POST', body: JSON.stringify(body) })

  it('are those of the rows that it recorded', async () => {
    const look = async () => (await (await app.request('http://localhost/v1/experiments')).json()) as Told
    expect((await look()).experiments[0]).toMatchObject({
      shares: 'not known',
      arms: [{ units: 0 }, { units: 0 }],
    })
    await visit(ask, 60)
    // searches are written together, after their answers
    await expect.poll(() => rows.length).toBe(240)
    const told = await look()
    check(told, 60)
    expect(told.counted).toMatch(/^by this process since \d{4}-/)
    expect(told.experiments[0]!.shares).toBe('as the weights say')
  })
})

describe('the counts of a folder of records', () => {
  let folder: Awaited<ReturnType<typeof exampleFolder>>
  const records = mkdtempSync(join(tmpdir(), 'live-'))
  let server: NodeProcess
  const start = () =>
    startNode({
      folder: folder.dist,
      variables: {
        RECORD_FOLDER: records,
        RECORD_SECRETS: SECRET,
        EXPERIMENTS_FILE: join(folder.dist, 'running.json'),
        RERANK_KEYS: keysOf(KEY),
      },
    })
  const headers = { authorization: `Bearer ${KEY}` }
  const ask = (path: string, body: unknown) =>
    fetch(`${server.url}${path}`, { method: 'POST', body: JSON.stringify(body), headers })

  beforeAll(async () => {
    folder = await exampleFolder()
    writeFileSync(join(folder.dist, 'running.json'), FILE)
    server = await start()
  })
  afterAll(async () => {
    await server?.close()
    folder?.remove()
    rmSync(records, { recursive: true, force: true })
  })

  it('include what another process recorded, and need a key of the server', async () => {
    const look = async () => (await (await fetch(`${server.url}/v1/experiments`, { headers })).json()) as Told
    expect((await fetch(`${server.url}/v1/experiments`)).status).toBe(401)
    await visit(ask, 6)
    // searches are written together, after their answers
    const searches = async () =>
      (await look()).experiments
        .flatMap(({ arms }) => arms)
        .reduce((sum, arm) => sum + Number(arm.searches), 0)
    await expect.poll(searches, { timeout: 5_000 }).toBe(18)
    check(await look(), 6)
    await server.end()
    server = await start()
    await visit(ask, 4, 6)
    await expect.poll(searches, { timeout: 5_000 }).toBe(30)
    const told = await look()
    check(told, 10)
    expect(told.counted).toBe('in the folder of the records')
    const page = await fetch(`${server.url}/experiments`)
    expect(page.headers.get('content-type')).toMatch(/^text\/html/)
    expect((await fetch(`${server.url}/experiments`, { method: 'POST' })).status).toBe(405)
  })
})

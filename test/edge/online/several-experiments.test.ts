// Several experiments on one request: each has users of its own, all are recorded, and each is analysed from the same record.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp, recordingFrom } from '@disranker/edge'
import { folderSink } from '@disranker/edge/node'
import { parseExperiments, type RecordedSearch } from '@disranker/experiments'
import { experiment as analyse } from '@disranker/online'
import { afterAll, expect, it } from 'vitest'
import { EXAMPLE } from '../served/example-texts.ts'
import { randomBundle } from '../served/served-example.ts'

const folder = mkdtempSync(join(tmpdir(), 'several-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const documents = EXAMPLE.documents.slice(0, 6).map(({ id, summary }) => ({ id, text: summary }))
const IDS = documents.map(({ id }) => id)
const iso = (hours: number) => new Date(Date.now() + 3_600_000 * hours).toISOString()
const time = { unit: 'client_id', start: iso(-1), end: iso(1) }
const running = parseExperiments(
  JSON.stringify({
    experiments: [
      {
        ...time,
        name: 'model',
        arms: [
          { name: 'today', model: 'request-order' },
          { name: 'reranked', model: 'disranker' },
        ],
      },
      { ...time, name: 'swaps', design: 'explore', share: 1, arms: [{ name: 'all' }] },
      { ...time, name: 'snippets', arms: [{ name: 'short' }, { name: 'long' }] },
    ],
  }),
)
const records = join(folder, 'records')
const recording = recordingFrom(
  { RECORD_SECRETS: 'a secret that is long enough', RECORD_CLIENT_IDS: 'plain' },
  { own: folderSink({ folder: records }) },
)!
const app = createApp({
  bundle: async () => randomBundle(),
  access: { anonymous: true },
  recording,
  experiments: async () => running,
})
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  app.request(`http://localhost${path}`, { method: 'POST', body: JSON.stringify(body), headers })
const rerank = (client: string, headers: Record<string, string> = {}, query_id?: string) =>
  post(
    '/v1/rerank',
    {
      model: 'disranker',
      query: EXAMPLE.queries[0]!.text,
      documents,
      ubi: { client_id: client, ...(query_id && { query_id }) },
    },
    headers,
  )

it('shows an arm of each, swaps the order that the model experiment decides, and records all', async () => {
  const answer = await rerank('u1', { 'x-disranker-arm': 'model/today, snippets/long' }, 'named')
  const { results, ubi } = await answer.json()
  expect(ubi.arm).toBe('model/today, swaps/all, snippets/long')
  expect(answer.headers.get('x-disranker-arm')).toBe(ubi.arm)
  const shown = results.map(({ index }: { index: number }) => IDS[index])
  // neighbours of the request's order, which is what the arm shows
  const moved = shown.map((id: string, at: number) => Math.abs(IDS.indexOf(id) - at))
  expect(Math.max(...moved)).toBeLessThanOrEqual(1)
  expect((await rerank('u1', { 'x-disranker-arm': 'model/today, model/reranked' })).status).toBe(400)
  expect((await rerank('u1', { 'x-disranker-arm': 'colours/red' })).status).toBe(400)
})

it('gives each its own verdict from one record', { timeout: 60_000 }, async () => {
  const arms = new Map<string, number>()
  for (let user = 0; user < 120; user++) {
    const { results, ubi } = await (await rerank(`u${user}`)).json()
    arms.set(ubi.arm, (arms.get(ubi.arm) ?? 0) + 1)
    // users like long snippets, and do not care for the model
    const likes = ubi.arm.includes('snippets/long') ? user % 4 !== 0 : user % 4 === 0
    if (!likes) continue
    const event_attributes = { object: { object_id: IDS[results[0].index] }, token: ubi.impression }
    const sent = await post('/v1/events', { action_name: 'click', query_id: ubi.query_id, event_attributes })
    expect(sent.status).toBe(202)
  }
  // drawn apart: every pair of arms is there
  expect(arms.size).toBe(4)
  await recording.recorder.close()
  const rows = readdirSync(join(records, 'ubi_queries')).flatMap((name) =>
    readFileSync(join(records, 'ubi_queries', name), 'utf8')
      .trim()
      .split('\n'),
  )
  const named = rows.map((row) => JSON.parse(row) as RecordedSearch).find((row) => row.query_id === 'named')
  expect(named!.query_attributes.disranker.experiments).toEqual([
    { name: 'model', arm: 'today', design: 'ab', unit: 'u1' },
    { name: 'swaps', arm: 'all', design: 'explore', unit: 'u1', propensities: expect.any(Array) },
    { name: 'snippets', arm: 'long', design: 'ab', unit: 'u1' },
  ])
  const file = join(folder, 'experiments.json')
  writeFileSync(file, JSON.stringify({ experiments: running }))
  const decide = async (name: string) => {
    const out = join(folder, name)
    const recipe = { name, until: iso(2), alpha: 0.05, daysBefore: 7, actions: [] }
    await analyse({ recorded: records, experiments: file, out, recipe })
    return JSON.parse(readFileSync(join(out, 'experiment.json'), 'utf8')).decisions
  }
  expect(await decide('snippets')).toMatchObject([{ arm: 'long', decision: 'better' }])
  expect(await decide('model')).toMatchObject([
    { arm: 'reranked', decision: expect.stringMatching(/no difference|cannot/) },
  ])
})

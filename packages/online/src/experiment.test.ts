import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { fairPairs, parseExperiments, uniformsOf } from '@disranker/experiments'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { simulateSearches } from '../testing/simulate-searches.ts'
import { experiment } from './experiment.ts'

const file = (...more: object[]) =>
  JSON.stringify({
    experiments: [
      {
        name: 'new-model',
        unit: 'client_id',
        arms: [
          { name: 'today', model: 'request-order' },
          { name: 'reranked', model: 'disranker' },
        ],
        start: '2026-11-01T00:00:00Z',
        end: '2026-11-04T00:00:00Z',
      },
      ...more,
    ],
  })
const recipe = { alpha: 0.05, daysBefore: 14, actions: [] }

let root: string
let input: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'experiment-'))
  input = join(root, 'in')
  mkdirSync(join(input, 'ubi_events'), { recursive: true })
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const given = () => ({ recorded: input, experiments: join(input, 'experiments.json') })

/** Files as two hours of a recorder leave them: a compressed file and a folder of shards. */
function record(users: number) {
  const [chosen] = parseExperiments(file())
  const clickChance = (arm: string, position: number) => (arm === 'reranked' ? 0.5 : 0.3) / (position + 1)
  const { searches, events } = simulateSearches({ seed: 'stage', experiment: chosen!, users, clickChance })
  const lines = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  writeFileSync(join(input, 'ubi_queries-0.ndjson.gz'), gzipSync(lines(searches)))
  writeFileSync(join(input, 'ubi_events', 'part-0.jsonl'), lines(events.slice(0, events.length / 2)))
  writeFileSync(
    join(input, 'ubi_events', 'part-1.jsonl'),
    `${lines(events.slice(events.length / 2))}{"cut off`,
  )
}

it('leaves a page, Markdown and JSON that say the same', async () => {
  writeFileSync(join(input, 'experiments.json'), file())
  record(800)
  const out = join(root, 'out')
  await experiment({ ...given(), out, recipe })
  const json = JSON.parse(readFileSync(join(out, 'experiment.json'), 'utf8'))
  expect(json.decisions).toMatchObject([{ arm: 'reranked', decision: 'better' }])
  const [markdown, page] = ['report.md', 'report.html'].map((name) => readFileSync(join(out, name), 'utf8'))
  expect(markdown).toContain('- reranked: better. It is better in searches with a click')
  expect(page).toContain('Day by day')
  // the line that was cut off is counted
  expect(json.losses.join(' ')).toMatch(/1 of [\d,]+ events were sent twice or have no query id/)
})

it.each([
  ['no experiments.json', undefined, 10, /experiments.json cannot be read/],
  ['a file that is no JSON', '{', 10, /is not JSON/],
  [
    'several experiments and no name',
    file({ ...JSON.parse(file()).experiments[0], name: 'other', only: { applications: ['b'] } }).replace(
      '"name":"new-model"',
      '"only":{"applications":["a"]},"name":"new-model"',
    ),
    10,
    /several experiments: new-model, other. Name one/,
  ],
  [
    'no search that takes part',
    file().replace('new-model', 'renamed'),
    10,
    /No recorded search takes part in the experiment "renamed"/,
  ],
  ['nothing recorded', file(), 0, /has no searches/],
])('refuses %s, and leaves nothing', async (_, text, users, message) => {
  if (text !== undefined) writeFileSync(join(input, 'experiments.json'), text)
  if (users > 0) record(users)
  const out = join(root, 'out')
  await expect(experiment({ ...given(), out, recipe })).rejects.toThrow(message)
  expect(existsSync(join(out, 'manifest.json'))).toBe(false)
})

it('estimates of explored searches what another order would have got, or says why it cannot', async () => {
  const explore = file().replace('"unit"', '"design":"explore","share":1,"unit"')
  const chosen = JSON.parse(explore)
  chosen.experiments[0].arms = [{ name: 'explored', model: 'disranker' }]
  writeFileSync(join(input, 'experiments.json'), JSON.stringify(chosen))
  const uniform = uniformsOf('replay')
  const ids = ['a', 'b', 'c', 'd']
  const likes = [0.1, 0.6, 0.3, 0.1]
  const rows = Array.from({ length: 900 }, (_, number) => {
    const { order, propensities } = fairPairs([0, 1, 2, 3], 1, uniform)
    const timestamp = `2026-11-02T00:${String(number % 60).padStart(2, '0')}:00Z`
    const participation = {
      name: 'new-model',
      arm: 'explored',
      design: 'explore',
      unit: `u${number % 300}`,
      propensities,
    }
    const search = {
      query_id: `q${number}`,
      user_query: 'words',
      client_id: `u${number % 300}`,
      timestamp,
      query_response_object_ids: order.map((document) => ids[document]),
      query_attributes: { disranker: { model: 'disranker', before: order, experiments: [participation] } },
    }
    const events = order
      .filter((document) => uniform() < likes[document]!)
      .map((document) => ({
        action_name: 'click',
        event_id: `q${number}-${document}`,
        query_id: `q${number}`,
        timestamp,
        event_attributes: { object: { object_id: ids[document] } },
      }))
    return { search, events }
  })
  const lines = (all: readonly unknown[]) => all.map((row) => `${JSON.stringify(row)}\n`).join('')
  writeFileSync(join(input, 'ubi_queries.jsonl'), lines(rows.map(({ search }) => search)))
  writeFileSync(join(input, 'ubi_events', 'all.jsonl'), lines(rows.flatMap(({ events }) => events)))
  await expect(experiment({ ...given(), out: join(root, 'out'), recipe })).rejects.toThrow(
    /recipe \(replay\)/,
  )
  const replay = join(root, 'orders.jsonl')
  const report = async (order: readonly string[]) => {
    writeFileSync(replay, lines(rows.map(({ search }) => ({ query_id: search.query_id, order }))))
    await experiment({ ...given(), out: join(root, 'out'), recipe: { ...recipe, replay } })
    return JSON.parse(readFileSync(join(root, 'out', 'experiment.json'), 'utf8'))
  }
  const near = await report(['b', 'a', 'c', 'd'])
  expect(near.verdicts[0]).toMatch(/would have got/)
  const { low, high } = near.offPolicy.doublyRobust.interval
  // people look at every position alike here, so the first three get what they like
  expect(low).toBeLessThan(1)
  expect(high).toBeGreaterThan(1)
  expect(near.decisions).toEqual([])
  const far = await report(['d', 'b', 'c', 'a'])
  expect(far.verdicts).toEqual([expect.stringMatching(/cannot be estimated: at position 1/)])
})

it('names the experiments that are there when the recipe names another', async () => {
  writeFileSync(join(input, 'experiments.json'), file())
  record(10)
  const run = experiment({ ...given(), out: join(root, 'out'), recipe: { ...recipe, name: 'new-modle' } })
  await expect(run).rejects.toThrow('has no experiment "new-modle". It has: new-model.')
})

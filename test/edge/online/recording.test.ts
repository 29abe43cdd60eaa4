// From a ranking to a verdict: what the app records of real requests is what the report reads.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp, recordingFrom } from '@disranker/edge'
import { folderSink } from '@disranker/edge/node'
import { type Experiment, parseExperiments, type RecordedSearch } from '@disranker/experiments'
import { experiment as analyse } from '@disranker/online'
import { afterAll, describe, expect, it } from 'vitest'
import { EXAMPLE } from '../served/example-texts.ts'
import { damagedBundle, randomBundle } from '../served/served-example.ts'

const folder = mkdtempSync(join(tmpdir(), 'recording-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const DOCUMENTS = EXAMPLE.documents.slice(0, 6).map(({ id, summary }) => ({ id, text: summary }))
const IDS = DOCUMENTS.map(({ id }) => id)
const now = Date.now()
const iso = (hours: number) => new Date(now + 3_600_000 * hours).toISOString()

const experiments = (more: object = {}): readonly Experiment[] =>
  parseExperiments(
    JSON.stringify({
      experiments: [
        {
          name: 'test',
          unit: 'client_id',
          arms: [
            { name: 'today', model: 'request-order' },
            { name: 'reranked', model: 'disranker' },
          ],
          start: iso(-1),
          end: iso(1),
          ...more,
        },
      ],
    }),
  )

let apps = 0
function serve(
  running: readonly Experiment[],
  variables: Record<string, string> = {},
  bundle = randomBundle,
) {
  const records = join(folder, `app-${apps++}`)
  const settings = {
    RECORD_SECRETS: 'a secret that is long enough',
    RECORD_CLIENT_IDS: 'plain',
    ...variables,
  }
  const recording = recordingFrom(settings, { own: folderSink({ folder: records }) })!
  const app = createApp({
    bundle: async () => bundle(),
    access: { anonymous: true },
    recording,
    experiments: async () => running,
  })
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    app.request(`http://localhost${path}`, { method: 'POST', body: JSON.stringify(body), headers })
  const rerank = (more: object = {}, headers: Record<string, string> = {}) =>
    post(
      '/v1/rerank',
      { model: 'disranker', query: EXAMPLE.queries[0]!.text, documents: DOCUMENTS, ...more },
      headers,
    )
  /** what is on the disk when all that was begun has ended */
  async function rows(table: string): Promise<RecordedSearch[]> {
    await recording.recorder.close()
    return readdirSync(join(records, table)).flatMap((name) =>
      readFileSync(join(records, table, name), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    )
  }
  return { post, rerank, rows, records, recording }
}

const shownIds = (results: readonly { index: number }[]) => results.map(({ index }) => IDS[index])

describe('an impression', () => {
  it('holds what was shown, in order, and neither query nor texts', async () => {
    const { rerank, rows } = serve([])
    const answer = await rerank({ ubi: { client_id: 'c1', application: 'shop' }, top_n: 4 })
    const { results, ubi } = await answer.json()
    expect(answer.headers.get('x-disranker-query-id')).toBe(ubi.query_id)
    const [row] = await rows('ubi_queries')
    expect(row).toMatchObject({ query_id: ubi.query_id, client_id: 'c1', application: 'shop' })
    expect(row!.query_response_object_ids).toEqual(shownIds(results))
    expect(row!.query_attributes.disranker.before).toEqual(
      results.map(({ index }: { index: number }) => index),
    )
    expect(row!.query_attributes.disranker.unranked).toBeUndefined()
    const text = JSON.stringify(row)
    expect(text).not.toContain(EXAMPLE.queries[0]!.text)
    expect(text).not.toContain(DOCUMENTS[0]!.text)
  })

  it('has the query text where the operator allows it, and hashed ids by default', async () => {
    const { rerank, rows } = serve([], { RECORD_QUERY_TEXT: 'true', RECORD_CLIENT_IDS: 'daily' })
    await rerank({ ubi: { query_id: 'mine', client_id: 'c1' } })
    expect(await rows('ubi_queries')).toMatchObject([
      { query_id: 'mine', user_query: EXAMPLE.queries[0]!.text },
    ])
    expect((await rows('ubi_queries'))[0]!.client_id).toMatch(/^[\w-]{22}$/)
  })

  it('is recorded of headers, and of documents whose ids are named apart', async () => {
    const { rerank, rows } = serve([])
    const headers = { 'x-ubi-client-id': 'c2', 'x-ubi-object-ids': JSON.stringify(['a', 'b']) }
    const documents = ['one text', 'another text']
    // the same body without the headers, whose answer is remembered
    for (const state of ['miss', 'hit'])
      expect((await rerank({ documents })).headers.get('x-disranker-cache')).toBe(state)
    const answer = await rerank({ documents }, headers)
    // the body is as its API has it
    expect(Object.keys(await answer.json())).not.toContain('ubi')
    expect(answer.headers.get('x-disranker-impression')).toMatch(/^[\w-]+$/)
    expect([...(await rows('ubi_queries'))[0]!.query_response_object_ids].sort()).toEqual(['a', 'b'])
  })

  it.each([
    ['documents without ids', { documents: ['a', 'b'], ubi: { client_id: 'c' } }, /documents\[0\] has no id/],
    ['too few ids', { ubi: { object_ids: ['a'] } }, /1 ids for 6 documents/],
    ['an id that is no text', { ubi: { client_id: 7 } }, /ubi.client_id/],
    ['ubi that is no object', { ubi: 'c1' }, /ubi/],
  ])('is refused with %s, and then nothing is recorded', async (_, more, message) => {
    const { rerank, records } = serve([])
    const answer = await rerank(more)
    expect(answer.status).toBe(400)
    expect((await answer.json()).message).toMatch(message)
    expect(() => readdirSync(records)).toThrow('ENOENT')
  })

  it('says where the model could not rank, and has the order that was shown', async () => {
    const { rerank, rows } = serve([], {}, damagedBundle)
    const answer = await rerank({ ubi: { client_id: 'c1' } }, { 'x-on-error': 'passthrough' })
    expect([answer.status, answer.headers.has('x-disranker-passthrough')]).toEqual([200, true])
    const [row] = await rows('ubi_queries')
    expect(row!.query_attributes.disranker.unranked).toBe(true)
    expect(row!.query_response_object_ids).toEqual(IDS)
  })

  it('is not recorded of a request that does not ask for it', async () => {
    const { rerank, records } = serve([])
    expect((await rerank()).status).toBe(200)
    expect(() => readdirSync(records)).toThrow('ENOENT')
  })
})

describe('an experiment', () => {
  it('shows each user one arm: the order of the request, or that of the model', async () => {
    const { rerank, rows } = serve(experiments())
    const model = shownIds((await (await rerank()).json()).results)
    expect(model).not.toEqual(IDS)
    const seen = new Map<string, unknown>()
    for (const client of ['u1', 'u2', 'u3', 'u4', 'u5', 'u6', 'u1', 'u2']) {
      const answer = await rerank({ ubi: { client_id: client } })
      const { results, ubi } = await answer.json()
      expect(shownIds(results)).toEqual(ubi.arm === 'test/today' ? IDS : model)
      const scores = results.map(({ relevance_score }: { relevance_score: number }) => relevance_score)
      expect(scores).toEqual([...scores].sort((a, b) => b - a))
      expect(seen.get(client) ?? ubi.arm).toBe(ubi.arm)
      seen.set(client, ubi.arm)
      expect(answer.headers.get('x-disranker-arm')).toBe(ubi.arm)
    }
    expect(new Set(seen.values()).size).toBe(2)
    expect(
      (await rows('ubi_queries')).every(
        (row) => row.query_attributes.disranker.experiments?.[0]?.unit === row.client_id,
      ),
    ).toBe(true)
  })

  it('mixes the order of a model with that of the request, as much as the arm says', async () => {
    const arms = [
      { name: 'today', model: 'request-order' },
      { name: 'half', model: 'disranker', mix: 0.5 },
      { name: 'nearly-all', model: 'disranker', mix: 0.999 },
    ]
    const { rerank } = serve(experiments({ arms }))
    const model = (await (await rerank()).json()).results.map(({ index }: { index: number }) => index)
    const shown = async (arm: string) => {
      const answer = await rerank({ ubi: { client_id: 'u1' } }, { 'x-disranker-arm': `test/${arm}` })
      return (await answer.json()).results.map(({ index }: { index: number }) => index)
    }
    expect(await shown('nearly-all')).toEqual(model)
    const place = new Map<number, number>(model.map((index: number, at: number) => [index, at]))
    const wanted = [...model].sort(
      (a, b) => a + place.get(a)! - (b + place.get(b)!) || place.get(a)! - place.get(b)!,
    )
    expect(await shown('half')).toEqual(wanted)
    expect(wanted).not.toEqual(model)
  })

  it('takes the arm that a caller names, and refuses one that is not there', async () => {
    const { rerank } = serve(experiments())
    const arm = async (name: string) => rerank({ ubi: { client_id: 'u1' } }, { 'x-disranker-arm': name })
    for (const name of ['test/today', 'test/reranked'])
      expect((await arm(name)).headers.get('x-disranker-arm')).toBe(name)
    const wrong = await arm('test/other')
    expect([wrong.status, (await wrong.json()).message]).toEqual([
      400,
      expect.stringContaining('test/today, test/reranked'),
    ])
  })

  it('refuses a named arm without the unit that users are counted by', async () => {
    const { rerank } = serve(experiments())
    const answer = await rerank({ ubi: { application: 'shop' } }, { 'x-disranker-arm': 'test/today' })
    expect(answer.status).toBe(400)
    expect((await answer.json()).message).toMatch(/has no client_id/)
  })

  it('interleaves two arms, the same way for the same query id', async () => {
    const { rerank, rows } = serve(experiments({ design: 'team-draft' }))
    const list = async (query_id: string) =>
      shownIds((await (await rerank({ ubi: { client_id: 'u', query_id } })).json()).results)
    const first = await list('q1')
    expect(await list('q1')).toEqual(first)
    expect([...first].sort()).toEqual([...IDS].sort())
    expect((await rows('ubi_queries'))[0]!.query_attributes.disranker.experiments![0]!.teams).toMatch(
      /^[ab]{6}$/,
    )
  })

  it('records how likely each document was to be where it is, when it explores', async () => {
    const { rerank, rows } = serve(
      experiments({ design: 'explore', share: 1, arms: [{ name: 'explored', model: 'disranker' }] }),
    )
    const model = shownIds((await (await rerank()).json()).results)
    await rerank({ ubi: { client_id: 'u', query_id: 'q' } })
    const [row] = await rows('ubi_queries')
    const { propensities } = row!.query_attributes.disranker.experiments![0]!
    const stayed = row!.query_response_object_ids.map((id, position) => id === model[position])
    expect(propensities).toEqual(
      stayed.map((there, at) => (there ? (at === 0 || at === 5 ? 0.75 : 0.5) : 0.25)),
    )
  })
})

it('closes the loop: rankings and clicks of two arms become a verdict', async () => {
  const running = experiments()
  const { post, rerank, rows, records } = serve(running)
  for (let user = 0; user < 120; user++) {
    const { results, ubi } = await (await rerank({ ubi: { client_id: `u${user}` } })).json()
    // users like what the model does, in this test
    const likes = ubi.arm === 'test/reranked' ? user % 4 !== 0 : user % 4 === 0
    if (!likes) continue
    const event_attributes = { object: { object_id: IDS[results[0].index] }, token: ubi.impression }
    const sent = await post('/v1/events', { action_name: 'click', query_id: ubi.query_id, event_attributes })
    expect(sent.status).toBe(202)
  }
  expect(await rows('ubi_queries')).toHaveLength(120)
  const file = join(folder, 'experiments.json')
  writeFileSync(file, JSON.stringify({ experiments: running }))
  const out = join(folder, 'report')
  const until = iso(2)
  await analyse({
    recorded: records,
    experiments: file,
    out,
    recipe: { until, alpha: 0.05, daysBefore: 7, actions: [] },
  })
  const report = JSON.parse(readFileSync(join(out, 'experiment.json'), 'utf8'))
  expect(report.decisions).toMatchObject([{ arm: 'reranked', decision: 'better' }])
  expect(report.losses).toEqual([])
  // what `promote` holds a bundle against
  expect(report.versions.reranked).toEqual([expect.stringMatching(/^[0-9a-f]{12}$/)])
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Experiment, parseExperiments } from '@disranker/experiments'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { simulateSearches } from '../testing/simulate-searches.ts'
import { analyseExperiment } from './analyse-experiment.ts'
import { interleavedPreference } from './interleaving/interleaved.ts'
import { conversionMetric, METRICS } from './recorded/metrics.ts'
import { openRecorded, type Recorded } from './recorded/open-recorded.ts'
import { judge } from './report/verdict.ts'

const experiment = (more: object = {}): Experiment =>
  parseExperiments(
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
          end: '2026-11-08T00:00:00Z',
          ...more,
        },
      ],
    }),
  )[0]!

const folder = mkdtempSync(join(tmpdir(), 'online-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const write = (name: string, rows: readonly unknown[]) =>
  writeFileSync(join(folder, name), `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`)
const options = { until: '2026-11-08T00:00:00Z', daysBefore: 14, alpha: 0.05, metrics: METRICS, actions: [] }

describe('hand-computed', () => {
  let recorded: Recorded
  beforeAll(async () => {
    const shown = (query: string, client: string, arm: string, minute: number, more: object = {}) => ({
      query_id: query,
      client_id: client,
      timestamp: `2026-11-02T10:${String(minute).padStart(2, '0')}:00Z`,
      query_response_object_ids: ['a', 'b', 'c', 'd'],
      query_attributes: {
        disranker: {
          model: 'm',
          before: [0, 1, 2, 3],
          milliseconds: 7,
          experiment: { name: 'new-model', arm, design: 'ab', unit: client },
          ...more,
        },
      },
    })
    const event = (id: string, query: string, document: string, minute: number, more: object = {}) => ({
      event_id: id,
      action_name: 'click',
      query_id: query,
      timestamp: `2026-11-02T10:${String(minute).padStart(2, '0')}:30Z`,
      event_attributes: { object: { object_id: document } },
      ...more,
    })
    write('ubi_queries.hand.jsonl', [
      shown('q1', 'u1', 'today', 0),
      shown('q1', 'u1', 'today', 0), // recorded twice
      shown('q2', 'u1', 'today', 1), // a minute after a search without a click: q1 has one
      // a second try: q2 has no click; the model had no time for it
      shown('q6', 'u1', 'today', 2, { unranked: true, milliseconds: 10 }),
      shown('q3', 'u2', 'reranked', 0),
      shown('q4', 'u3', 'today', 0),
      shown('q5', 'u3', 'reranked', 20), // the same user in another arm
      { query_id: 'broken', timestamp: 'yesterday', query_response_object_ids: ['a'] },
    ])
    write('ubi_events.hand.ndjson', [
      event('e1', 'q1', 'b', 0),
      event('e1', 'q1', 'b', 0), // sent twice
      event('e2', 'q1', 'd', 0),
      event('e3', 'q1', 'z', 0), // was not shown
      event('e4', 'q9', 'a', 0), // no such search
      event('e5', 'q1', 'b', 0, {
        action_name: 'view',
        event_attributes: { object: { object_id: 'b' }, dwell_ms: 9000 },
      }),
      event('e6', 'q3', 'a', 1, { action_name: 'purchase' }),
      event('e7', 'q3', 'a', 1, { timestamp: '2026-11-05T00:00:00Z' }), // days later
    ])
    recorded = await openRecorded(folder, mkdtempSync(join(folder, 'scratch-')))
  })
  afterAll(() => {
    recorded.close()
    rmSync(join(folder, 'ubi_queries.hand.jsonl'))
    rmSync(join(folder, 'ubi_events.hand.ndjson'))
  })

  it('counts each search and each event once, and says what it left out', () => {
    expect(recorded.counts).toEqual({ searchLines: 8, searches: 6, eventLines: 8, events: 7, credited: 4 })
  })

  it('credits what was shown, in time, at the position where it was shown', async () => {
    const rows = await recorded.connection.runAndReadAll(
      'SELECT query_id, clicks::INT AS clicks, first_position::INT AS first, top_clicks::INT AS top, dwell_ms, second_try FROM rows ORDER BY query_id',
    )
    expect(rows.getRowObjectsJS()).toEqual([
      { query_id: 'q1', clicks: 2, first: 2, top: 1, dwell_ms: 9000, second_try: false },
      { query_id: 'q2', clicks: 0, first: null, top: 0, dwell_ms: 0, second_try: true },
      { query_id: 'q3', clicks: 0, first: null, top: 0, dwell_ms: 0, second_try: false },
      { query_id: 'q4', clicks: 0, first: null, top: 0, dwell_ms: 0, second_try: false },
      { query_id: 'q5', clicks: 0, first: null, top: 0, dwell_ms: 0, second_try: false },
      { query_id: 'q6', clicks: 0, first: null, top: 0, dwell_ms: 0, second_try: false },
    ])
  })

  it('makes each metric of these, for a user of each arm', async () => {
    const actions = ['purchase']
    await analyseExperiment(recorded.connection, experiment(), { ...options, actions })
    const figures = [...METRICS, conversionMetric('purchase')].map(
      ({ name, numerator, denominator }) => `(${numerator})::DOUBLE / nullif(${denominator}, 0) AS ${name}`,
    )
    const rows = await recorded.connection.runAndReadAll(
      `SELECT unit, ${figures.join(', ')} FROM units WHERE arms = 1 ORDER BY unit`,
    )
    expect(rows.getRowObjectsJS()).toEqual([
      {
        unit: 'u1',
        page_ctr: 1 / 3,
        user_ctr: 1,
        dwell_seconds: 9,
        top_clicks: 1 / 3,
        first_click: 2,
        abandoned: 2 / 3,
        second_tries: 1 / 3,
        milliseconds: 8,
        unranked: 1 / 3,
        action_purchase: 0,
      },
      {
        unit: 'u2',
        page_ctr: 0,
        user_ctr: 0,
        dwell_seconds: null,
        top_clicks: 0,
        first_click: null,
        abandoned: 1,
        second_tries: 0,
        milliseconds: 7,
        unranked: 0,
        action_purchase: 1,
      },
    ])
  })

  it('leaves out a user who saw two arms, and compares no arm of one user', async () => {
    const actions = ['purchase']
    const metrics = [...METRICS, conversionMetric('purchase')]
    const found = await analyseExperiment(recorded.connection, experiment(), { ...options, metrics, actions })
    expect(found.crossed).toBe(1)
    expect(Object.fromEntries(found.units)).toEqual({ today: 1, reranked: 1 })
    expect(judge(found, 0.05)).toMatchObject([{ arm: 'reranked', decision: 'cannot be told' }])
  })
})

describe('simulated users', () => {
  const chances = (uplift: number) => (arm: string, position: number) =>
    (0.3 / (position + 1)) * (arm === 'reranked' ? 1 + uplift : 1)

  async function analysed(name: string, experiment: Experiment, uplift: number) {
    const { searches, events } = simulateSearches({
      seed: name,
      experiment,
      users: 1500,
      clickChance: chances(uplift),
    })
    write('ubi_queries.jsonl', searches)
    write('ubi_events.jsonl', events)
    return openRecorded(folder, mkdtempSync(join(folder, 'scratch-')))
  }

  it('finds a planted uplift, with a narrower interval by the time before the start', async () => {
    const recorded = await analysed('uplift', experiment(), 0.25)
    const found = await analyseExperiment(recorded.connection, experiment(), options)
    const [ctr] = found.arms[0]!.metrics
    const width = ({ low, high }: { low: number; high: number }) => high - low
    expect(width(ctr!.comparison.interval)).toBeLessThan(0.98 * width(ctr!.plain.interval))
    expect(found.sampleRatio.mismatch).toBe(false)
    expect(judge(found, 0.05)).toMatchObject([{ arm: 'reranked', decision: 'better' }])
    // a day that has ended, every day
    expect(found.days.map(({ date }) => date.slice(0, 10))).toEqual(
      ['02', '03', '04', '05', '06', '07', '08'].map((day) => `2026-11-${day}`),
    )
    recorded.close()
  })

  it('stops the verdict when an arm loses users', async () => {
    const recorded = await analysed('lost', experiment(), 0.25)
    await recorded.connection.run("DELETE FROM participations WHERE arm = 'reranked' AND hash(unit) % 4 = 0")
    const found = await analyseExperiment(recorded.connection, experiment(), options)
    expect(judge(found, 0.05)).toMatchObject([{ decision: 'cannot be told', reason: /shares of users/ }])
    recorded.close()
  })

  it('finds the preference of users in one interleaved list', async () => {
    const interleaved = experiment({ design: 'team-draft' })
    const recorded = await analysed('draft', interleaved, 0.25)
    const window = { start: interleaved.start, until: interleaved.end, alpha: 0.05 }
    const preference = await interleavedPreference(recorded.connection, 'new-model', window)
    expect(preference.value).toBeGreaterThan(0)
    expect(preference.p).toBeLessThan(0.05)
    recorded.close()
  })
})

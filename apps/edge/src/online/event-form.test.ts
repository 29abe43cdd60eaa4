import { signImpression } from '@disranker/experiments'
import { expect, it } from 'vitest'
import { type EventContext, MOST_EVENTS, readEvents } from './event-form.ts'

const now = Date.parse('2026-11-30T10:00:00Z')
const secret = 'a long enough secret'
const token = signImpression({ queryId: 'q1', documents: ['d1', 'd2'], label: '' }, secret, now)
const context = {
  secrets: [secret],
  now,
  window: 86_400_000,
  trusted: false,
  idOf: (id: string) => `hashed ${id}`,
}
const click = (more: object = {}, attributes: object = {}) => ({
  action_name: 'click',
  query_id: 'q1',
  client_id: 'c1',
  timestamp: '2026-11-30T09:59:30+00:00',
  event_attributes: { object: { object_id: 'd2' }, token, ...attributes },
  ...more,
})

const read = (body: unknown, of: EventContext, pause = async () => {}) => readEvents(body, of, pause)

it('takes one event, an array and a wrapped array', async () => {
  for (const body of [click(), [click()], { events: [click()] }])
    expect(await read(body, context)).toMatchObject({ accepted: [{ query_id: 'q1' }], refused: [] })
})

it('records what the form has, with the position that was signed, and nothing else', async () => {
  const sent = click(
    { user_query: 'a secret text', message: 'free text' },
    { position: { ordinal: 40 }, dwell_ms: 1200, browser: 'x' },
  )
  expect((await read(sent, context)).accepted).toEqual([
    {
      action_name: 'click',
      query_id: 'q1',
      client_id: 'hashed c1',
      timestamp: '2026-11-30T09:59:30.000Z',
      event_id: expect.stringMatching(/^[\w-]{22}$/),
      event_attributes: { object: { object_id: 'd2' }, position: { ordinal: 2 }, dwell_ms: 1200 },
    },
  ])
})

it('gives the same event the same id, and another one another', async () => {
  const idOf = async (event: object) => (await read(event, context)).accepted[0]!.event_id
  expect(await idOf(click())).toBe(await idOf(click()))
  expect(await idOf(click())).not.toBe(await idOf(click({}, { object: { object_id: 'd1' } })))
  expect(await idOf(click({ event_id: 'mine' }))).toBe('mine')
})

it.each([
  ['no token', click({}, { token: undefined }), /wanted the token/],
  ['the token of another search', click({ query_id: 'q2' }), /not signed by this server for this query_id/],
  ['a document that was not shown', click({}, { object: { object_id: 'd9' } }), /was not shown/],
  ['no document', click({ event_attributes: {} }), /event_attributes.object/],
  ['no action', click({ action_name: ' ' }), /action_name/],
  ['a time that is none', click({ timestamp: 'yesterday' }), /timestamp/],
  ['a number', 7, /the event/],
  ['nothing', null, /the event/],
])('refuses %s by its number, and keeps the good ones', async (_, bad, why) => {
  const { accepted, refused } = await read([click(), bad, click({ event_id: 'b' })], context)
  expect(accepted).toHaveLength(2)
  expect(refused).toEqual([{ index: 1, why: expect.stringMatching(why) }])
})

it('needs no token of a caller with a key, but none that is wrong either', async () => {
  const trusted = { ...context, trusted: true }
  expect(
    (await read(click({}, { token: undefined, position: { ordinal: 7 } }), trusted)).accepted,
  ).toMatchObject([{ event_attributes: { position: { ordinal: 7 } } }])
  expect((await read(click({ query_id: 'q2' }), trusted)).refused).toHaveLength(1)
})

it("takes the server's time where a clock is days off", async () => {
  const at = async (timestamp: string | number) =>
    (await read(click({ timestamp }), context)).accepted[0]!.timestamp
  expect(await at('2020-01-01T00:00:00Z')).toBe('2026-11-30T10:00:00.000Z')
  expect(await at(now - 5000)).toBe('2026-11-30T09:59:55.000Z')
})

it('refuses too many, and what is no list', async () => {
  await expect(read(Array(MOST_EVENTS + 1).fill(click()), context)).rejects.toThrow(/501 events; at most 500/)
  await expect(read('click', context)).rejects.toThrow(/no event/)
})

it('pauses in a large batch, and judges each document though all events bring one token', async () => {
  let pauses = 0
  const batch = Array.from({ length: 100 }, (_, at) =>
    click({ event_id: `e${at}` }, { object: { object_id: at % 2 === 0 ? 'd1' : 'd9' } }),
  )
  const { accepted, refused } = await read(batch, context, async () => {
    pauses++
  })
  expect(pauses).toBe(4)
  expect([accepted.length, refused.length]).toEqual([50, 50])
  // the same token with another search is another question
  const both = await read([click(), click({ query_id: 'q2' })], context)
  expect([both.accepted.length, both.refused.length]).toEqual([1, 1])
})

// POST /v1/events: the users' actions on a shown list. An event is accepted if it has the signed token that
// came with the list, or if its sender has a key of this server.
import { cors } from 'hono/cors'
import type { Limits } from '../limits.ts'
import type { behindRankings } from '../online/behind-rankings.ts'
import { MOST_EVENT_BYTES, readEvents } from '../online/event-form.ts'
import type { Recording } from '../online/recording.ts'
import { type App, type AppContext, refuse } from './app-context.ts'
import { createBodies } from './bodies/request-body.ts'

const PATH = '/v1/events'
/** bytes of a body that takes less than a millisecond to parse and check: a page's events of one moment */
const SMALL = 8_192

/** Admits a request: checks its key as usual, or counts it by its network if it has none. @returns whether it had a key */
export type EventAdmission = (c: AppContext) => Promise<boolean>

/** @param begin starts a request that waits for rankings */
export function eventRoutes(
  app: App,
  recording: Recording,
  limits: Limits,
  enter: EventAdmission,
  begin: ReturnType<typeof behindRankings>,
): void {
  const { recorder, secrets, window, origins, idOf } = recording
  const bodies = createBodies({ ...limits, bodyBytes: MOST_EVENT_BYTES, bodiesBytes: 8 * MOST_EVENT_BYTES })
  if (origins.length > 0)
    app.use(
      PATH,
      cors({ origin: origins.includes('*') ? '*' : [...origins], allowMethods: ['POST'], maxAge: 86_400 }),
    )
  app.all(PATH, async (c) => {
    if (c.req.method !== 'POST') refuse('POST')
    const trusted = await enter(c)
    const { wait, pause } = begin()
    await wait()
    const body = await bodies.read(c.req.raw, Date.now() + limits.timeout)
    try {
      if (body.bytes > SMALL) await pause()
      const context = { secrets, window, trusted, idOf, now: Date.now() }
      const { accepted, refused } = await readEvents(body.json(), context, pause)
      recorder.counts.eventsRefused += refused.length
      await recorder.events(accepted.map((value) => ({ id: value.event_id, value })))
      const status = accepted.length === 0 && refused.length > 0 ? 400 : 202
      return c.json({ accepted: accepted.length, refused }, status, { 'cache-control': 'no-store' })
    } finally {
      body.close()
    }
  })
}

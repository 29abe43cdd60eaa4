// Parses events of User Behavior Insights 1.3 from pages: each is checked separately, so that a bad one does
// not lose the others. Unknown fields are not recorded: no free text of a page gets into the log.
import {
  type CheckOptions,
  type Credit,
  fingerprint,
  LONGEST_TOKEN,
  openImpression,
  type RecordedEvent,
} from '@disranker/experiments'
import { z } from 'zod'
import { ApiError } from '../api-error.ts'

/** maximal events of one request, and bytes of its body */
export const MOST_EVENTS = 500
export const MOST_EVENT_BYTES = 256 * 1024

/** events that are processed without a pause: a millisecond or two */
const SLICE = 20

const id = z.string().trim().min(1).max(256)
const schema = z.object({
  event_id: id.optional(),
  action_name: z.string().trim().min(1).max(100),
  query_id: id,
  client_id: id.optional(),
  session_id: id.optional(),
  timestamp: z.union([z.iso.datetime({ offset: true }), z.int().min(0)]).optional(),
  event_attributes: z.object({
    object: z.object({ object_id: z.string().min(1).max(512) }),
    position: z.object({ ordinal: z.int().min(0).max(100_000) }).optional(),
    dwell_ms: z.number().min(0).max(86_400_000).optional(),
    /** the value of the header x-disranker-impression in the answer to the search */
    token: z.string().max(LONGEST_TOKEN).optional(),
  }),
})

export interface Refused {
  /** number of the event in the request, from 0 */
  readonly index: number
  readonly why: string
}

export interface ReadEvents {
  readonly accepted: readonly RecordedEvent[]
  readonly refused: readonly Refused[]
}

export interface EventContext extends CheckOptions {
  /** the caller has a key of this server, so that its events need no token */
  readonly trusted: boolean
  /** hashes the id of a client or session before it is recorded, if so configured */
  idOf(id: string): string
}

/**
 * Parses the body of a request: one event, an array of them, or `{ events: [...] }`.
 * @param pause called between slices of events, so that a large batch delays no ranking
 * @throws {ApiError} 400: none of the three; 413: too many
 */
export async function readEvents(
  body: unknown,
  context: EventContext,
  pause: () => Promise<void>,
): Promise<ReadEvents> {
  const events = eventsOf(body)
  if (events.length > MOST_EVENTS)
    throw new ApiError(
      413,
      `There are ${events.length} events; at most ${MOST_EVENTS} fit into a request. Send them in parts.`,
    )
  const accepted: RecordedEvent[] = []
  const refused: Refused[] = []
  const credits = rememberCredits(context)
  for (const [index, event] of events.entries()) {
    if (index > 0 && index % SLICE === 0) await pause()
    const read = readEvent(event, context, credits)
    if (typeof read === 'string') refused.push({ index, why: read })
    else accepted.push(read)
  }
  return { accepted, refused }
}

/** Verifies tokens for documents; the signature of a token that many events share is checked once. */
function rememberCredits(context: EventContext): (token: string, query: string, document: string) => Credit {
  const opened = new Map<string, (document: string) => Credit>()
  return (token, query, document) => {
    // tokens contain no space
    const key = `${token} ${query}`
    const creditOf = opened.get(key) ?? openImpression(token, query, context)
    opened.set(key, creditOf)
    return creditOf(document)
  }
}

function eventsOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body
  if (typeof body === 'object' && body !== null) {
    const { events } = body as { events?: unknown }
    return Array.isArray(events) ? events : [body]
  }
  throw new ApiError(400, 'The body is no event. Send a UBI event, an array of them, or { "events": [...] }.')
}

/** @returns the event, or the reason why it is refused */
function readEvent(
  value: unknown,
  context: EventContext,
  creditOf: ReturnType<typeof rememberCredits>,
): RecordedEvent | string {
  const parsed = schema.safeParse(value)
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!
    return `${path.join('.') || 'the event'}: ${message}`
  }
  const { event_attributes, timestamp, client_id, session_id, ...rest } = parsed.data
  const { object, position, dwell_ms, token } = event_attributes
  const document = object.object_id
  const credit = token === undefined ? undefined : creditOf(token, rest.query_id, document)
  if (credit === undefined && !context.trusted)
    return 'event_attributes.token: wanted the token that the answer to the search carried'
  if (credit?.credited === false) return `event_attributes.token: ${REASONS[credit.why]}`
  const shownAt = credit?.credited ? credit.position : undefined
  const ordinal = shownAt ?? position?.ordinal
  return {
    action_name: rest.action_name.toLowerCase(),
    query_id: rest.query_id,
    ...(client_id && { client_id: context.idOf(client_id) }),
    ...(session_id && { session_id: context.idOf(session_id) }),
    timestamp: timeOf(timestamp, context.now),
    // a duplicate of the event has the same id
    event_id:
      rest.event_id ?? fingerprint(rest.query_id, rest.action_name, document, timestamp ?? context.now),
    event_attributes: {
      object: { object_id: document },
      ...(ordinal !== undefined && { position: { ordinal } }),
      ...(dwell_ms !== undefined && { dwell_ms }),
    },
  }
}

const REASONS = {
  malformed: 'it is no token of this server',
  forged: 'it was not signed by this server for this query_id',
  expired: 'it is too old',
  'not shown': 'the document was not shown for this query_id',
} as const

/** maximal error of a page's clock in ms; above it the server's time is used */
const CLOCK = 86_400_000

function timeOf(timestamp: string | number | undefined, now: number): string {
  const claimed = timestamp === undefined ? now : new Date(timestamp).getTime()
  return new Date(Math.abs(claimed - now) <= CLOCK ? claimed : now).toISOString()
}

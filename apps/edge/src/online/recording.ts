// The settings of recording, from the variables and bindings of a deployment.
import { secretFingerprint } from '@disranker/experiments'
import { z } from 'zod'
import { pipelinesSink, type Queue, queueSink, type Stream } from './cloudflare-sinks.ts'
import { httpSink } from './http-sink.ts'
import { createRecorder, type Recorder } from './recorder.ts'
import type { Sink } from './sink.ts'

export interface Recording {
  readonly recorder: Recorder
  /** secrets that sign impressions: the first one signs, all are accepted */
  readonly secrets: readonly string[]
  /** ms after which events no longer count for a search */
  readonly window: number
  /** query text may be recorded */
  readonly queryText: boolean
  /** the searches of the server's own page are recorded, too */
  readonly page: boolean
  /** origins whose pages may send events */
  readonly origins: readonly string[]
  /** the recorded form of a client's or session's id */
  idOf(id: string): string
}

const list = z
  .string()
  .default('')
  .transform((value) =>
    value
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean),
  )
const flag = z
  .union([z.boolean(), z.literal(['true', 'false', '']).transform((value) => value === 'true')])
  .default(false)

const SECRET_LENGTH = 16
/** The variables and secrets of recording; each has a description, which the reference of settings shows. */
export const recordingSchema = z.object({
  RECORD_SECRETS: list
    .pipe(
      z
        .array(
          z
            .string()
            .min(
              SECRET_LENGTH,
              `wanted one or two secrets of at least ${SECRET_LENGTH} characters, separated by a comma`,
            ),
        )
        .max(2, 'wanted one or two secrets'),
    )
    .describe('secret: signs impressions; a second one, after a comma, is still accepted'),
  RECORD_URL: z
    .union([z.literal(''), z.url()])
    .optional()
    .describe('an HTTP collector for recorded searches and events; `{table}` in it is replaced'),
  RECORD_AUTHORIZATION: z
    .string()
    .optional()
    .describe('secret: the header `authorization` for that collector'),
  RECORD_QUERY_TEXT: flag.describe('`true` records the text of queries, which training needs'),
  RECORD_PAGE: flag.describe('`true` records searches of the example on the page at `/`, and clicks there'),
  RECORD_CLIENT_IDS: z
    .literal(['daily', 'plain'])
    .default('daily')
    .describe('`daily`: a hash that changes every day; `plain`: unchanged ids'),
  EVENT_ORIGINS: list
    .pipe(z.array(z.union([z.literal('*'), z.url().transform((url) => new URL(url).origin)])))
    .describe('origins whose pages may send events, separated by commas'),
  EVENT_WINDOW_HOURS: z.coerce
    .number()
    .min(1)
    .max(720)
    .default(24)
    .describe('hours after a search in which its events count'),
})

export interface Bindings {
  readonly RECORD_QUERIES?: Stream
  readonly RECORD_EVENTS?: Stream
  readonly RECORD_QUEUE?: Queue
}

const HOUR = 3_600_000
const DAY = 24 * HOUR

/**
 * @param own the server's own sink, such as a folder
 * @returns undefined if nothing is recorded, because no sink is configured
 * @throws {Error} a variable is wrong, or there is no secret
 */
export function recordingFrom(
  variables: Readonly<Record<string, unknown>>,
  {
    own,
    bindings = {},
    now = Date.now,
  }: { own?: Sink | undefined; bindings?: Bindings; now?: () => number } = {},
): Recording | undefined {
  const parsed = recordingSchema.safeParse(variables)
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!
    throw new Error(`The variable ${String(path[0])} is wrong: ${message}.`)
  }
  const settings = parsed.data
  const sink = own ?? sinkFrom(bindings, settings.RECORD_URL, settings.RECORD_AUTHORIZATION)
  if (sink === undefined) return undefined
  const [secret] = settings.RECORD_SECRETS
  if (secret === undefined)
    throw new Error(
      'Recording is on and has no secret, so anybody could credit any document. Set RECORD_SECRETS to a long random text ' +
        '("npx wrangler secret put RECORD_SECRETS"), or remove the sink.',
    )
  return {
    recorder: createRecorder(sink, { onError: (message) => console.error(message) }),
    secrets: settings.RECORD_SECRETS,
    window: settings.EVENT_WINDOW_HOURS * HOUR,
    queryText: settings.RECORD_QUERY_TEXT,
    page: settings.RECORD_PAGE,
    origins: settings.EVENT_ORIGINS,
    idOf: (id) =>
      settings.RECORD_CLIENT_IDS === 'plain'
        ? id
        : secretFingerprint(secret, 'client', Math.floor(now() / DAY), id),
  }
}

function sinkFrom(
  { RECORD_QUERIES, RECORD_EVENTS, RECORD_QUEUE }: Bindings,
  url: string | undefined,
  authorization: string | undefined,
): Sink | undefined {
  if (RECORD_QUERIES !== undefined && RECORD_EVENTS !== undefined)
    return pipelinesSink({ ubi_queries: RECORD_QUERIES, ubi_events: RECORD_EVENTS })
  if (RECORD_QUERIES !== undefined || RECORD_EVENTS !== undefined)
    throw new Error(
      'One of RECORD_QUERIES and RECORD_EVENTS is bound. Bind a stream for each, in wrangler.jsonc under "pipelines".',
    )
  if (RECORD_QUEUE !== undefined) return queueSink(RECORD_QUEUE)
  return url ? httpSink({ url, authorization }) : undefined
}

// The settings of a deployment other than its limits: variables and secrets of the Worker, checked.
import { z } from 'zod'
import { type Key, parseKeys } from './access/keys.ts'
import type { TeiTruncation } from './dialects/index.ts'
import { type HostedSettings, hostedSchema } from './hosted/hosted-settings.ts'
import type { ModelAliases } from './models/aliases.ts'
import type { TracingOptions } from './observe/tracing.ts'
import type { OnError } from './ranking/ranking-request.ts'

export interface Settings {
  readonly keys: readonly Key[]
  /** every request is served without a key */
  readonly anonymous: boolean
  /** origins whose pages may send requests from a browser */
  readonly origins: readonly string[]
  /** origins whose search APIs the page may ask for documents */
  readonly searchOrigins: readonly string[]
  /** whether the page's example, or a part of the operator's corpus, is public; undefined: the default of createApp */
  readonly publishExample: boolean | undefined
  /** the default for requests */
  readonly onError: OnError
  readonly aliases: ModelAliases
  /** models of Workers AI by their names here */
  readonly hosted: ReadonlyMap<string, HostedSettings>
  readonly teiTruncation: TeiTruncation
  /** requests from this machine are served without a key */
  readonly local: boolean
  readonly shareCaches: boolean
  /** ms after which a bucket's models.json and keys.json are read again */
  readonly refresh: number
  readonly tracing: TracingOptions
  /** the engine; auto: the fused encoder if it supports the model, else onnxruntime */
  readonly engine: 'auto' | 'fused' | 'onnxruntime'
}

const text = z.string().optional()
const listOf = (value: string | undefined) =>
  (value ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)
const flag = z.union([z.boolean(), z.literal(['true', 'false', '']).transform((value) => value === 'true')])
/** An origin as browsers write it: without a path, a slash or the default port. */
const origins = text.transform(listOf).pipe(
  z.array(
    z.union([z.literal('*'), z.url().transform((url) => new URL(url).origin)], {
      error: 'wanted origins like https://example.org, separated by commas',
    }),
  ),
)
/** The variables and secrets that are checked here; each has a description, which the reference of settings shows. */
export const settingsSchema = z.object({
  RERANK_KEYS: text.describe('secret: the keys of callers, `{"<name>": "<SHA-256 of the key>"}`'),
  ALLOW_ANONYMOUS: flag.default(false).describe('`true` serves requests without a key'),
  ALLOW_LOCAL: flag
    .default(false)
    .describe('`true` serves programs of this machine without a key; only for a server on loopback'),
  SHARE_CACHES: flag
    .default(false)
    .describe('`true`: callers with different keys share cached scores and answers'),
  PUBLISH_EXAMPLE: flag
    .optional()
    .describe('whether the page shows the example, or documents of your own, to everybody'),
  ALLOWED_ORIGINS: origins.describe(
    'origins whose pages may send requests, separated by commas; `*` for all',
  ),
  SEARCH_ORIGINS: origins.describe(
    'origins whose search APIs the page may ask for documents, separated by commas; `*` for all',
  ),
  ON_ERROR: z
    .literal(['fail', 'passthrough'])
    .default('fail')
    .describe('what happens when a request cannot be ranked and does not set `on_error`'),
  MODEL_ALIASES: text
    .transform(listOf)
    .pipe(
      z
        .array(
          z.templateLiteral([z.string().regex(/^[^=]+/), '=', z.string().min(1)], {
            error: 'wanted pairs like rerank-v3.5=disranker, separated by commas',
          }),
        )
        .transform((pairs) => new Map(pairs.map((pair) => splitAt(pair, pair.lastIndexOf('='))))),
    )
    .describe(
      'other names of models: `rerank-v3.5=disranker`, separated by commas; `*=disranker` for every unknown name',
    ),
  WORKERS_AI_MODELS: hostedSchema
    .default(new Map())
    .describe(
      'rerankers of Workers AI by their names here, in JSON: `{"large": {"model": "@cf/baai/bge-reranker-base", "after": "disranker", "top": 20}}`',
    ),
  TEI_TRUNCATE: z
    .literal(['auto', 'always'])
    .default('auto')
    .describe('`always` cuts long texts even where a TEI client sends `truncate: false`'),
  // an isolate reads R2 or KV once in that time, for any traffic
  REFRESH_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(60)
    .describe(
      'seconds after which models.json, keys.json, experiments and published documents are read again',
    ),
  ENGINE: z
    .literal(['auto', 'fused', 'onnxruntime'])
    .default('auto')
    .describe('the engine; `auto`: the fused encoder if it supports the model, else onnxruntime'),
  // with the names of OpenTelemetry's SDKs
  OTEL_EXPORTER_OTLP_ENDPOINT: text
    .refine((value) => !value || isWebAddress(value), {
      error: 'wanted the address of a collector, like https://collector.example:4318',
    })
    .describe('an OTLP/HTTP collector for traces, without `/v1/traces`'),
  OTEL_EXPORTER_OTLP_HEADERS: text
    .transform(listOf)
    .pipe(
      z
        .array(
          z.string().regex(/^[^=]+=/, 'wanted pairs like authorization=Bearer%20..., separated by commas'),
        )
        .refine((pairs) => pairs.every((pair) => decoded(pair) !== undefined), {
          error: 'a value is not percent-encoded: wanted % to be written as %25',
        })
        .transform((pairs) =>
          Object.fromEntries(
            pairs.map((pair) => {
              const [name, value] = splitAt(pair, pair.indexOf('='))
              return [name, decoded(value) ?? value]
            }),
          ),
        ),
    )
    .describe('secret: headers for the collector, `authorization=Bearer%20...`, separated by commas'),
  OTEL_SERVICE_NAME: text.describe('the name of the service in traces'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('share of the requests without a `traceparent` that are traced'),
})

const isWebAddress = (value: string) => /^https?:\/\//i.test(value) && URL.canParse(value)

/** @returns undefined: it is not percent-encoded */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

const splitAt = (text: string, at: number): [string, string] => [
  text.slice(0, at).trim(),
  text.slice(at + 1).trim(),
]

/** @throws {Error} a variable or secret is wrong, named without its value */
export function settingsFrom(variables: Readonly<Record<string, unknown>>): Settings {
  const parsed = settingsSchema.safeParse(variables)
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!
    throw new Error(
      `The variable ${String(path[0])} is wrong: ${message}. Change it in wrangler.jsonc under "vars", or in the environment of the Node server.`,
    )
  }
  const { RERANK_KEYS, ALLOW_ANONYMOUS, ALLOWED_ORIGINS, PUBLISH_EXAMPLE, ON_ERROR } = parsed.data
  return {
    keys: RERANK_KEYS === undefined ? [] : parseKeys(RERANK_KEYS),
    anonymous: ALLOW_ANONYMOUS,
    origins: ALLOWED_ORIGINS,
    searchOrigins: parsed.data.SEARCH_ORIGINS,
    publishExample: PUBLISH_EXAMPLE,
    onError: ON_ERROR,
    aliases: parsed.data.MODEL_ALIASES,
    hosted: parsed.data.WORKERS_AI_MODELS,
    teiTruncation: parsed.data.TEI_TRUNCATE,
    local: parsed.data.ALLOW_LOCAL,
    shareCaches: parsed.data.SHARE_CACHES,
    refresh: 1_000 * parsed.data.REFRESH_SECONDS,
    engine: parsed.data.ENGINE,
    tracing: {
      endpoint: parsed.data.OTEL_EXPORTER_OTLP_ENDPOINT || undefined,
      headers: parsed.data.OTEL_EXPORTER_OTLP_HEADERS,
      service: parsed.data.OTEL_SERVICE_NAME || undefined,
      ratio: parsed.data.OTEL_TRACES_SAMPLER_ARG,
    },
  }
}

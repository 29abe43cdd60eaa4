// Every setting of a deployment in one list: the reference of settings is made from it. Variables come from the schemas that
// check them; what a schema cannot hold (bindings, and variables of the Node server) is described here.
import { z } from 'zod'
import { describeLimits } from '../limits.ts'
import { recordingSchema } from '../online/recording.ts'
import { settingsSchema } from '../settings.ts'

export interface DescribedSetting {
  readonly name: string
  readonly kind: 'limit' | 'variable' | 'recording' | 'Node server' | 'binding'
  /** the default, as it is written; undefined if there is none */
  readonly default: string | undefined
  readonly values: string
  readonly about: string
}

type Row = readonly [name: string, fallback: string | undefined, values: string, about: string]

const NODE: readonly Row[] = [
  ['PORT', '8787', 'port', 'the port of the server'],
  ['HOST', '127.0.0.1', 'address', 'the address that the server listens at'],
  ['RATE_LIMIT', undefined, 'whole number', 'requests of a key or an address in a minute'],
  ['TOKEN_LIMIT', undefined, 'whole number', 'counts of 1,000 tokens of a key or an address in a minute'],
  ['KEYS_FILE', undefined, 'path', 'a file of keys, read again every REFRESH_SECONDS'],
  ['EXPERIMENTS_FILE', undefined, 'path', 'a file of experiments, read again every REFRESH_SECONDS'],
  ['DOCUMENTS_FILE', undefined, 'path', 'a SQLite file of documents that requests name by id'],
  ['RECORD_FOLDER', undefined, 'path', 'a folder for recorded searches and events'],
  ['ENGINE_THREADS', 'cores, at most 8', 'whole number', 'threads of onnxruntime-node, one for a ranking'],
]

const BINDINGS: readonly Row[] = [
  ['ASSETS', undefined, 'static assets', 'dist/: the bundle, the page and the example'],
  ['RATE_LIMIT', undefined, 'rate limiter', 'requests of a key or an address'],
  ['TOKEN_LIMIT', undefined, 'rate limiter', 'counts of 1,000 tokens of a key or an address'],
  [
    'EVENT_LIMIT',
    undefined,
    'rate limiter',
    'events of a network without a key; RATE_LIMIT if it is not bound',
  ],
  ['MODELS', undefined, 'R2 bucket', 'models that are switched without a deployment'],
  ['KEYS', undefined, 'KV namespace or R2 bucket', 'keys.json, the keys that change without a deployment'],
  [
    'EXPERIMENTS',
    undefined,
    'KV namespace or R2 bucket',
    'experiments.json, which replaces the one in the assets',
  ],
  [
    'DOCUMENTS',
    undefined,
    'KV namespace, R2 bucket or D1 database',
    'texts of documents that requests name by id',
  ],
  ['AI', undefined, 'Workers AI', 'the rerankers that WORKERS_AI_MODELS names'],
  ['ANALYTICS', undefined, 'Analytics Engine dataset', 'a data point for each request'],
  ['RECORD_QUERIES', undefined, 'pipeline stream', 'recorded searches; RECORD_EVENTS must be bound, too'],
  ['RECORD_EVENTS', undefined, 'pipeline stream', 'recorded events; RECORD_QUERIES must be bound, too'],
  ['RECORD_QUEUE', undefined, 'queue', 'recorded searches and events, written to RECORDS by the consumer'],
  ['RECORDS', undefined, 'R2 bucket', 'the output of the consumer of RECORD_QUEUE'],
  ['VERSION', undefined, 'version metadata', 'the deployment, in /health, the log and every cache key'],
]

const MOST_NUMBER = 2 ** 31 - 1

/** All settings, in the order of the reference. */
export function describeSettings(): DescribedSetting[] {
  const limits = describeLimits().map(
    ({ name, about, default: value, least, most }): DescribedSetting => ({
      name,
      kind: 'limit',
      default: String(value),
      values:
        most === MOST_NUMBER ? `whole number of at least ${least}` : `whole number from ${least} to ${most}`,
      about,
    }),
  )
  return [
    ...limits,
    ...ofSchema(settingsSchema, 'variable'),
    ...ofSchema(recordingSchema, 'recording'),
    ...NODE.map(settingOf('Node server')),
    ...BINDINGS.map(settingOf('binding')),
  ]
}

const settingOf =
  (kind: DescribedSetting['kind']) =>
  ([name, fallback, values, about]: Row): DescribedSetting => ({
    name,
    kind,
    default: fallback,
    values,
    about,
  })

function ofSchema(schema: z.ZodObject, kind: DescribedSetting['kind']): DescribedSetting[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  const unset: Readonly<Record<string, unknown>> = schema.parse({})
  return Object.entries(properties).map(([name, property]) => {
    const { description = '', ...rest } = property as z.core.JSONSchema.BaseSchema
    const value = unset[name]
    return {
      name,
      kind,
      default: ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined,
      values: valuesOf(rest),
      about: description,
    }
  })
}

function valuesOf({ enum: values, anyOf, type, minimum, maximum }: z.core.JSONSchema.BaseSchema): string {
  if (values !== undefined) return values.filter((value) => value !== '').join(', ')
  if (anyOf?.some((one) => typeof one === 'object' && one.type === 'boolean')) return 'true, false'
  if (type === 'integer' || type === 'number')
    return `${type === 'integer' ? 'whole number' : 'number'} from ${minimum} to ${maximum}`
  return 'text'
}

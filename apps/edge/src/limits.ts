// The limits of one request. Every limit is a variable of the Worker (wrangler.jsonc, "vars"), so that a deployment
// changes it without a change of code.
import { z } from 'zod'

export interface Limits {
  /** bytes of a request body */
  readonly bodyBytes: number
  /** bytes of the bodies of all current requests; at least twice `bodyBytes` */
  readonly bodiesBytes: number
  /** documents of a request */
  readonly documents: number
  /** UTF-16 code units of a query */
  readonly queryCharacters: number
  /** ms of CPU for the model's work on a request: with the cost of the model, it limits the tokens of a request */
  readonly cpuMilliseconds: number
  /** tokens of a request, all documents together, for any model */
  readonly tokens: number
  /** tokens of one document, all its pieces together */
  readonly documentTokens: number
  /** documents of a request whose missing vectors are made, if the others have vectors; 0 makes none */
  readonly encodedDocuments: number
  /**
   * tokens ahead of a request above which it is refused at once, an eighth after a refusal; a larger one may
   * have twice its own ahead
   */
  readonly queueTokens: number
  /** ms a request may take */
  readonly timeout: number
  /** bytes of the score cache; 0 caches none */
  readonly scoreCacheBytes: number
  /** seconds that whole answers are kept; 0 keeps none */
  readonly answerCacheSeconds: number
  /** bytes of whole answers in the memory of an isolate or a process; 0 keeps none there */
  readonly answerCacheBytes: number
}

/** Bounds under which a BERT of 2 layers and 128 wide stays within 30 s of CPU and 128 MB of memory. */
export const DEFAULT_LIMITS: Limits = {
  bodyBytes: 4 * 1024 * 1024,
  bodiesBytes: 8 * 1024 * 1024,
  documents: 1_000,
  queryCharacters: 8_192,
  // a third of Cloudflare's default limit, and half of limits.cpu_ms in wrangler.jsonc
  cpuMilliseconds: 10_000,
  tokens: 524_288,
  documentTokens: 8_192,
  encodedDocuments: 0,
  // three requests of 50 documents and a few more: four clients without pauses are served
  queueTokens: 12_288,
  timeout: 20_000,
  scoreCacheBytes: 4 * 1024 * 1024,
  answerCacheSeconds: 3_600,
  answerCacheBytes: 2 * 1024 * 1024,
}

interface LimitVariable {
  readonly name: string
  /** one line for the reference of settings */
  readonly about: string
}

const VARIABLES: Readonly<Record<keyof Limits, LimitVariable>> = {
  bodyBytes: { name: 'MAX_BODY_BYTES', about: 'bytes of a request body after decompression; above it 413' },
  bodiesBytes: {
    name: 'MAX_BODIES_BYTES',
    about: 'bytes of the bodies of all requests together, at least twice MAX_BODY_BYTES; above it 408 or 503',
  },
  documents: { name: 'MAX_DOCUMENTS', about: 'documents of a request; above it 422' },
  queryCharacters: { name: 'MAX_QUERY_CHARACTERS', about: 'characters of a query; above it 422' },
  cpuMilliseconds: {
    name: 'CPU_BUDGET_MS',
    about: 'milliseconds of CPU that a request may need; with the cost of the model it limits the tokens',
  },
  tokens: { name: 'MAX_TOKENS', about: 'tokens of a request, for any model; above it 422' },
  documentTokens: {
    name: 'MAX_TOKENS_PER_DOCUMENT',
    about: 'tokens of a document, all its pieces together; above it 422',
  },
  encodedDocuments: {
    name: 'MAX_ENCODED_DOCUMENTS',
    about:
      'documents of a request whose missing vectors are made, if the bundle has a sentence encoder; with more, all are ranked without vectors',
  },
  queueTokens: {
    name: 'MAX_QUEUE_TOKENS',
    about: 'tokens that may wait ahead of a request; above it 503 with retry-after',
  },
  timeout: {
    name: 'REQUEST_TIMEOUT_MS',
    about: 'milliseconds that a request may take; above it 408 or 504',
  },
  scoreCacheBytes: { name: 'SCORE_CACHE_BYTES', about: 'bytes of the score cache; 0 caches no scores' },
  answerCacheSeconds: {
    name: 'ANSWER_CACHE_SECONDS',
    about: 'seconds that whole answers are cached; 0 caches none',
  },
  answerCacheBytes: {
    name: 'ANSWER_CACHE_BYTES',
    about: 'bytes of whole answers that one process or isolate caches; 0 caches none',
  },
}

/** The smallest values: 0 for a limit that may be switched off. */
const LEAST: Readonly<Partial<Record<keyof Limits, number>>> = {
  encodedDocuments: 0,
  scoreCacheBytes: 0,
  answerCacheSeconds: 0,
  answerCacheBytes: 0,
}
/** Above it an isolate may exceed its 128 MB. */
const MOST: Readonly<Partial<Record<keyof Limits, number>>> = {
  bodyBytes: 16 * 1024 * 1024,
  documents: 10_000,
  cpuMilliseconds: 300_000,
  tokens: 1_048_576,
  scoreCacheBytes: 32 * 1024 * 1024,
}

/**
 * The limits from a Worker's variables; unset ones have their default.
 * @param defaults of a server that is not an isolate
 * @throws {Error} a variable is not a whole number, or out of its bounds
 */
export function limitsFrom(
  variables: Readonly<Record<string, unknown>>,
  defaults: Partial<Limits> = {},
): Limits {
  const limits: Record<keyof Limits, number> = { ...DEFAULT_LIMITS, ...defaults }
  for (const name of Object.keys(VARIABLES) as (keyof Limits)[]) {
    const value = variables[VARIABLES[name].name]
    if (value === undefined || value === '') continue
    const { least, most } = boundsOf(name)
    const number = z.coerce.number().int().min(least).max(most).safeParse(value)
    if (!number.success)
      throw new Error(
        `The variable ${VARIABLES[name].name} is ${JSON.stringify(value)}: wanted a whole number from ${least} to ${most}. ` +
          'Change it in wrangler.jsonc under "vars", or in the environment of the Node server.',
      )
    limits[name] = number.data
  }
  return limits
}

const boundsOf = (name: keyof Limits) => ({ least: LEAST[name] ?? 1, most: MOST[name] ?? 2 ** 31 - 1 })

/** Every limit with its variable, default and bounds. */
export const describeLimits = () =>
  (Object.keys(VARIABLES) as (keyof Limits)[]).map((name) => ({
    ...VARIABLES[name],
    default: DEFAULT_LIMITS[name],
    ...boundsOf(name),
  }))

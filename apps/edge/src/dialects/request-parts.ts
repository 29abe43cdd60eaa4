// What the rerank APIs have in common of a request, checked: a query, documents, counts. What has the wrong shape is a
// 400, what is well formed but past a limit of this server a 422.
import { z } from 'zod'
import { ApiError } from '../api-error.ts'
import type { Limits } from '../limits.ts'
import type { OnError, RankingRequest, RequestDocument } from '../ranking/ranking-request.ts'

/** A word for a JSON value that does not repeat it. */
function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'number') return Number.isInteger(value) ? `the number ${value}` : 'a fraction'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** An error that says what was wanted and what kind of value was got. */
const wanted = (what: string) => ({
  error: (issue: { input?: unknown }) => `wanted ${what}, got ${kindOf(issue.input)}`,
})

const count = (least: number, most: number) => {
  const range = wanted(`a whole number from ${least} to ${most}`)
  return z.int(range).min(least, range).max(most, range)
}

/** What is wrong with one document, and where in it; undefined when nothing is. */
function flaw(value: unknown): { message: string; path: string[] } | undefined {
  if (typeof value === 'string') return undefined
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { message: `wanted a string or an object of title and summary, got ${kindOf(value)}`, path: [] }
  const { title, summary, ...others } = value as Record<string, unknown>
  const other = Object.keys(others)[0]
  if (other !== undefined) {
    const name = JSON.stringify(other.slice(0, 40))
    return { message: `has the field ${name}; wanted title and summary only`, path: [] }
  }
  if (title === undefined && summary === undefined)
    return { message: 'wanted a title, a summary or both, got neither', path: [] }
  const wrong = Object.entries({ title, summary }).find(
    ([, text]) => text !== undefined && typeof text !== 'string',
  )
  return wrong && { message: `wanted a string, got ${kindOf(wrong[1])}`, path: [wrong[0]] }
}

// one check of its own instead of a union, so that each wrong document is one issue with one message
const document = z
  .unknown()
  .superRefine((value, context) => {
    const found = flaw(value)
    if (found !== undefined) context.addIssue({ code: 'custom', ...found })
  })
  // what the check allows, for the API's description
  .meta({
    anyOf: [
      { type: 'string' },
      {
        type: 'object',
        properties: { title: { type: 'string' }, summary: { type: 'string' } },
        additionalProperties: false,
        minProperties: 1,
      },
    ],
  }) as unknown as z.ZodType<RequestDocument>

/** JSON Schema of a list's elements, which the description of a list in two steps would not show. */
function itemSchema(item: z.ZodType): object {
  const { $schema: _, ...schema } = z.toJSONSchema(item, { io: 'input', unrepresentable: 'any' })
  return schema
}

/** The parts of a schema, by the limits of one server. */
export function requestParts(limits: Limits) {
  const optional = <Schema extends z.ZodType>(schema: Schema) =>
    schema.nullish().transform((value) => value ?? undefined)
  const list = <Item>(item: z.ZodType<Item>, one: 'document' | 'text') =>
    z
      .array(z.unknown(), wanted(`an array of ${one}s`))
      .min(1, `is empty; send at least one ${one}`)
      .max(limits.documents, {
        error: ({ input }) =>
          `holds ${(input as unknown[]).length} ${one}s, this server takes ${limits.documents} a request; ` +
          'send the best of your first stage, or several requests',
      })
      // a second step, so that a list too long is refused before its elements are looked at
      .pipe(z.array(item))
      .meta({ items: itemSchema(item) })
  return {
    list,
    model: z.string(wanted('the name of a model, a string')).describe('a name of GET /v1/models'),
    query: z
      .string(wanted('a string'))
      .regex(/\S/, 'is empty; send the words to rank the documents by')
      .max(limits.queryCharacters, `is longer than ${limits.queryCharacters} characters; shorten it`)
      .describe('what is looked for; not blank; the model reads its beginning'),
    documents: list(document, 'document').describe(
      'what is ranked: strings, or objects of title and summary, the form models are trained on',
    ),
    text: z.string(wanted('a string')),
    optional,
    optionalCount: (least: number, most = 2 ** 31 - 1) => optional(count(least, most)),
    optionalFlag: optional(z.boolean(wanted('true or false'))),
    extensions: EXTENSIONS,
  }
}

/** What every API here takes beyond its own fields. */
const EXTENSIONS = {
  raw_scores: z
    .boolean(wanted('true or false'))
    .nullish()
    .describe('scores as the model gives them, any real number, instead of a relevance from 0 to 1'),
  long_documents: z
    .literal(['truncate', 'chunk'], wanted('"truncate" or "chunk"'))
    .nullish()
    .describe(
      'a document longer than the model reads: truncate reads its beginning; chunk reads all of it in pieces that overlap by a quarter, of which the best counts',
    ),
  on_error: z
    .literal(['fail', 'passthrough'], wanted('"fail" or "passthrough"'))
    .nullish()
    .describe(
      'what cannot be ranked (the model is not there, the server is busy, too many tokens) is an error, or keeps the order of the request, with a warning',
    ),
}

/** The extensions of a checked body. */
export function extensionsOf(fields: {
  readonly raw_scores?: boolean | null | undefined
  readonly long_documents?: 'truncate' | 'chunk' | null | undefined
  readonly on_error?: OnError | null | undefined
}): Pick<RankingRequest, 'raw' | 'long' | 'onError'> {
  return {
    raw: fields.raw_scores ?? undefined,
    long: fields.long_documents ?? undefined,
    onError: fields.on_error ?? undefined,
  }
}

/**
 * A body that fits the schema, and the names of fields that the schema does not know.
 * @throws {ApiError} 400 or 422
 */
export function checkBody<Body extends z.ZodObject>(
  schema: Body,
  body: unknown,
): { readonly fields: z.infer<Body>; readonly unknown: readonly string[] } {
  const parsed = schema.safeParse(body)
  if (!parsed.success) throw asApiError(parsed.error.issues)
  const unknown = Object.keys(parsed.data).filter((name) => !(name in schema.shape))
  return { fields: parsed.data, unknown }
}

/** A loose object: fields it does not know are kept, to be warned of. */
export const bodySchema = <Shape extends z.ZodRawShape>(shape: Shape, needs: string) =>
  z.looseObject(shape, wanted(`an object with ${needs}`))

/** The first three issues as one sentence each; a 422 when all that is wrong is a limit. */
function asApiError(issues: readonly z.core.$ZodIssue[]): ApiError {
  const sentences = issues.slice(0, 3).map(({ path, message }) => `${pathText(path)}: ${message}.`)
  if (issues.length > 3) sentences.push(`And ${issues.length - 3} more.`)
  const past = issues.every(
    ({ code, path }) => code === 'too_big' && ['query', 'documents', 'texts'].includes(String(path[0])),
  )
  return new ApiError(past ? 422 : 400, sentences.join(' '))
}

/** ['documents', 3, 'title'] as documents[3].title */
function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'The body'
  return path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  )
}

// The common parts of requests to the rerank APIs, checked: a query, documents, counts. A wrong form is a
// 400, an exceeded limit of this server a 422.
import { z } from 'zod'
import type { Limits } from '../../limits.ts'
import type { RankingRequest } from '../../ranking/ranking-request.ts'
import { type AnyDocument, anyDocument, flawOfText } from './any-document.ts'
import { wanted } from './field-table.ts'

const count = (least: number, most: number) => {
  const range = wanted(`a whole number from ${least} to ${most}`)
  return z.int(range).min(least, range).max(most, range)
}

/** A flag; clients with forms send it as a text, which the originals accept, too. */
const flag = z
  .union([z.boolean(), z.literal(['true', 'false', 'True', 'False'])], wanted('true or false'))
  .transform((value) => (typeof value === 'boolean' ? value : value.toLowerCase() === 'true'))

/** Reasons that several tables of fields use. */
export const servedInTurn = 'requests are served in the order in which they come'
export const noModelOfTokens = 'models here give scores and no vectors'
export const knownByKey = 'a client is known by its key'
export const noPictures = 'models here read text'

/** A text that is not a picture. */
const text = z.string(wanted('a string')).superRefine((value, context) => {
  const message = flawOfText(value)
  if (message !== undefined) context.addIssue({ code: 'custom', message })
})

/** A text, or the same in parts of type "text", as in vLLM and chat APIs. */
const orParts = <Text extends z.ZodType>(schema: Text) =>
  z
    .unknown()
    .transform((value) => {
      const { content } = (value ?? {}) as { readonly content?: unknown }
      return Array.isArray(content) && content.every(isTextPart)
        ? content.map((part) => part.text).join('\n')
        : value
    })
    .pipe(schema)
    .meta({ anyOf: [jsonSchema(schema), PARTS_SCHEMA] })

const isTextPart = (part: unknown): part is { readonly text: string } =>
  typeof part === 'object' &&
  part !== null &&
  'type' in part &&
  part.type === 'text' &&
  'text' in part &&
  typeof part.text === 'string'

const PARTS_SCHEMA = {
  type: 'object',
  required: ['content'],
  properties: {
    content: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['type', 'text'],
        properties: { type: { const: 'text' }, text: { type: 'string' } },
      },
    },
  },
}

/** A list, or a single element without the list. */
export const oneOrMany = <List extends z.ZodType>(list: List, item: z.ZodType) =>
  z
    .unknown()
    .transform((value) => (typeof value === 'string' || isPlainObject(value) ? [value] : value))
    .pipe(list)
    .meta({ anyOf: [jsonSchema(list), jsonSchema(item)] })

const isPlainObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)

/** JSON Schema of a part that is checked in two steps, which the description would not show. */
function jsonSchema(part: z.ZodType): object {
  const { $schema: _, ...schema } = z.toJSONSchema(part, { io: 'input', unrepresentable: 'any' })
  return schema
}

/** The parts of a schema, with the limits of one server. */
export function requestParts(limits: Limits) {
  const optional = <Schema extends z.ZodType>(schema: Schema) =>
    schema.nullish().transform((value) => value ?? undefined)
  const list = <Item>(item: z.ZodType<Item>, one: 'document' | 'text') =>
    z
      .array(z.unknown(), wanted(`an array of ${one}s`))
      .min(1, `is empty; send at least one ${one}`)
      .max(limits.documents, {
        error: ({ input }) =>
          `has ${(input as unknown[]).length} ${one}s, this server accepts ${limits.documents} a request; ` +
          'send the best of your first stage, or several requests',
      })
      // a second step, so that a list too long is refused before its elements are checked
      .pipe(z.array(item))
      .meta({ items: jsonSchema(item) })
  const query = text
    .regex(/\S/, 'is empty; send the words to rank the documents by')
    .max(limits.queryCharacters, `is longer than ${limits.queryCharacters} characters; shorten it`)
  return {
    list,
    model: z.string(wanted('the name of a model, a string')).describe('a name of GET /v1/models'),
    query: query.describe('the query; not blank; the model reads its beginning'),
    queryOrParts: orParts(query).describe('the query; not blank; the model reads its beginning'),
    documents: list<AnyDocument>(anyDocument, 'document').describe(
      'the documents: strings, or objects of text fields; { id } alone for a text that the server stores',
    ),
    text,
    textOrParts: orParts(text),
    optional,
    optionalCount: (least: number, most = 2 ** 31 - 1) => optional(count(least, most)),
    optionalFlag: optional(flag),
    extensions: EXTENSIONS,
    explain: EXPLAIN,
  }
}

/** characters; a model reads some hundred tokens of a query and its instruction */
const MOST_INSTRUCTION = 2_000

/** The extensions of every API here. */
const EXTENSIONS = {
  raw_scores: flag
    .nullish()
    .describe('the raw scores of the model, any real number, instead of a relevance from 0 to 1'),
  long_documents: z
    .literal(['truncate', 'chunk'], wanted('"truncate" or "chunk"'))
    .nullish()
    .describe(
      'a document longer than the model reads: truncate reads its beginning; chunk reads all of it in pieces that overlap by a quarter, of which the best counts',
    ),
  instruction: z
    .string(wanted('a string'))
    .max(MOST_INSTRUCTION, `is longer than ${MOST_INSTRUCTION} characters; shorten it`)
    .nullish()
    .describe('the purpose of the ranking; refused by models that were trained without instructions'),
  on_error: z
    .literal(['fail', 'passthrough'], wanted('"fail" or "passthrough"'))
    .nullish()
    .describe(
      'if documents cannot be ranked (no model, a busy server, too many tokens): an error, or the order of the request with a warning',
    ),
}

/** For APIs whose results have a field for it. */
const EXPLAIN = flag
  .nullish()
  .describe('the parts of each score and the words that match; such a request is always computed')

/** The extensions of a checked body. */
export function extensionsOf(
  fields: z.infer<z.ZodObject<typeof EXTENSIONS>>,
): Pick<RankingRequest, 'raw' | 'long' | 'onError' | 'instruction'> {
  return {
    raw: fields.raw_scores ?? undefined,
    long: fields.long_documents ?? undefined,
    onError: fields.on_error ?? undefined,
    // an empty text has no effect
    instruction: fields.instruction?.trim() || undefined,
  }
}

export type RequestParts = ReturnType<typeof requestParts>

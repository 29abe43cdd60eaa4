// The fields of an API's requests, in one table: supported ones, each with its schema; fields of the
// original's protocol that are accepted and ignored with a warning; and those that would change the answer
// and are refused. Unknown fields are ignored with a warning, too. So no field is ignored silently.
import { z } from 'zod'
import { ApiError } from '../../api-error.ts'

/** A field of the original's protocol that this server does not use. */
export interface UnusedField {
  /** warned: the answer is the same without it; refused: the answer would have another meaning */
  readonly fate: 'warned' | 'refused'
  /** the reason, as the second half of a sentence about the field */
  readonly why: string
  /** values that change nothing; null and a missing field are always among them */
  readonly harmless: readonly unknown[]
  /** of the value; any by default */
  readonly schema: z.ZodType
}

export interface FieldTable<Honoured extends z.ZodRawShape = z.ZodRawShape> {
  readonly honoured: Honoured
  readonly unused: Readonly<Record<string, UnusedField>>
  /** schema of a body; a loose object, so that unknown fields are kept for the warning */
  readonly schema: z.ZodObject<Honoured>
}

interface UnusedOptions {
  readonly harmless?: readonly unknown[]
  readonly schema?: z.ZodType
}

/** @param why completes "The field x was not used: ..." */
export const warned = (why: string, { harmless = [], schema = z.unknown() }: UnusedOptions = {}) =>
  ({ fate: 'warned', why, harmless, schema }) as const satisfies UnusedField

/** @param why completes "x: ..." */
export const refused = (why: string, { harmless = [], schema = z.unknown() }: UnusedOptions = {}) =>
  ({ fate: 'refused', why, harmless, schema }) as const satisfies UnusedField

/**
 * @param needs the required fields, for the message of a body that is no object
 * @param meta more JSON Schema of the body for the description
 */
export function fieldTable<Honoured extends z.ZodRawShape>(
  needs: string,
  honoured: Honoured,
  unused: Readonly<Record<string, UnusedField>> = {},
  meta: object = {},
): FieldTable<Honoured> {
  const described = Object.entries(unused).map(([name, { fate, why, schema }]) => [
    name,
    schema.nullish().describe(`${fate === 'warned' ? 'not used' : 'refused'}: ${why}`),
  ])
  const shape: z.ZodRawShape = { ...honoured, ...Object.fromEntries(described) }
  return {
    honoured,
    unused,
    // the other columns add checks, but no fields that a dialect reads
    schema: z
      .looseObject(shape, wanted(`an object with ${needs}`))
      .meta({ ...meta }) as unknown as z.ZodObject<Honoured>,
  }
}

/** maximal names in a warning; a body may have thousands of unknown fields */
const MOST_NAMES = 8

/**
 * A body that fits the table, and its unused parts.
 * @throws {ApiError} 400 or 422
 */
export function checkBody<Honoured extends z.ZodRawShape>(
  { schema, honoured, unused }: FieldTable<Honoured>,
  body: unknown,
): { readonly fields: z.infer<z.ZodObject<Honoured>>; readonly warnings: readonly string[] } {
  const parsed = schema.safeParse(body)
  if (!parsed.success) throw asApiError(parsed.error.issues)
  const fields: Readonly<Record<string, unknown>> = parsed.data
  const asked = Object.entries(unused).filter(([name, { harmless }]) => {
    const value = fields[name] ?? undefined
    return value !== undefined && !harmless.includes(value)
  })
  const flaws = asked.filter(([, { fate }]) => fate === 'refused')
  if (flaws.length > 0)
    throw new ApiError(
      400,
      flaws.map(([name, { why }]) => `${name}: is not served here, ${why}. Leave it out.`).join(' '),
    )
  const unknown = Object.keys(fields).filter((name) => !(name in honoured) && !(name in unused))
  const more = unknown.length - MOST_NAMES
  return {
    fields: parsed.data,
    warnings: [
      ...asked.map(([name, { why }]) => `The field "${name}" was not used: ${why}.`),
      ...unknown
        .slice(0, MOST_NAMES)
        .map((name) => `The field "${clipped(name)}" is not known and was ignored.`),
      ...(more > 0 ? [`So were ${more} more fields.`] : []),
    ],
  }
}

const clipped = (name: string) => (name.length > 60 ? `${name.slice(0, 60)}...` : name)

/** The first three issues as one sentence each; a 422 when all problems are exceeded limits. */
function asApiError(issues: readonly z.core.$ZodIssue[]): ApiError {
  const sentences = issues.slice(0, 3).map(({ path, message }) => `${pathText(path)}: ${message}.`)
  if (issues.length > 3) sentences.push(`And ${issues.length - 3} more.`)
  const past = issues.every(({ code, path }) => code === 'too_big' && LIMITED.has(String(path.at(-1))))
  return new ApiError(past ? 422 : 400, sentences.join(' '))
}

/** the fields that limits of this server bound */
const LIMITED: ReadonlySet<string> = new Set([
  ...['query', 'documents', 'texts', 'input', 'passages'],
  ...['text_1', 'text_2', 'data_1', 'data_2', 'queries', 'items', 'text'],
])

/** ['documents', 3, 'title'] as documents[3].title */
function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'The body'
  return path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  )
}

/** The type of a JSON value in words, without the value. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'number') return Number.isInteger(value) ? `the number ${value}` : 'a fraction'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** An error with the expected form and the type of the value. */
export const wanted = (what: string) => ({
  error: (issue: { input?: unknown }) => `wanted ${what}, got ${kindOf(issue.input)}`,
})

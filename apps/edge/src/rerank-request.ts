// The body of POST /v2/rerank, checked: the Cohere v2 request, and beside its strings documents of { title, summary }.
// What has the wrong shape is a 400, what is well formed but past a limit of this server a 422.
import { z } from 'zod'
import { ApiError } from './api-error.ts'
import type { Limits } from './limits.ts'

/** A plain string is a summary without a title. */
export type RequestDocument =
  | string
  | { readonly title?: string | undefined; readonly summary?: string | undefined }

export interface RerankRequest {
  readonly model: string
  readonly query: string
  readonly documents: readonly RequestDocument[]
  readonly top_n?: number | undefined
  readonly max_tokens_per_doc?: number | undefined
  readonly priority?: number | undefined
}

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
const document = z.unknown().superRefine((value, context) => {
  const found = flaw(value)
  if (found !== undefined) context.addIssue({ code: 'custom', ...found })
}) as unknown as z.ZodType<RequestDocument>

function rerankSchema(limits: Limits) {
  return z.looseObject(
    {
      model: z.string(wanted('the name of a model, a string')),
      query: z
        .string(wanted('a string'))
        .refine((text) => text.trim() !== '', 'is empty; send the words to rank the documents by')
        .max(limits.queryCharacters, `is longer than ${limits.queryCharacters} characters; shorten it`),
      documents: z
        .array(z.unknown(), wanted('an array of documents'))
        .min(1, 'is empty; send at least one document')
        .max(limits.documents, {
          error: ({ input }) =>
            `holds ${(input as unknown[]).length} documents, this server takes ${limits.documents} a request; ` +
            'send the best of your first stage, or several requests',
        })
        // a second step, so that a list too long is refused before its elements are looked at
        .pipe(z.array(document)),
      top_n: count(1, 2 ** 31 - 1)
        .nullish()
        .transform((value) => value ?? undefined),
      max_tokens_per_doc: count(1, 2 ** 31 - 1)
        .nullish()
        .transform((value) => value ?? undefined),
      priority: count(0, 999)
        .nullish()
        .transform((value) => value ?? undefined),
    },
    wanted('an object with model, query and documents'),
  )
}

const KNOWN = new Set(['model', 'query', 'documents', 'top_n', 'max_tokens_per_doc', 'priority'])

/** Checks bodies against the limits of one server. `unknown` names fields that are no part of the API. */
export function createRequestParser(limits: Limits) {
  const schema = rerankSchema(limits)
  return (body: unknown): { request: RerankRequest; unknown: string[] } => {
    const parsed = schema.safeParse(body)
    if (!parsed.success) throw asApiError(parsed.error.issues)
    const unknown = Object.keys(parsed.data).filter((name) => !KNOWN.has(name))
    return { request: parsed.data, unknown }
  }
}

/** The first three issues as one sentence each; a 422 when all that is wrong is a limit. */
function asApiError(issues: readonly z.core.$ZodIssue[]): ApiError {
  const sentences = issues.slice(0, 3).map(({ path, message }) => `${pathText(path)}: ${message}.`)
  if (issues.length > 3) sentences.push(`And ${issues.length - 3} more.`)
  const past = issues.every(
    ({ code, path }) => code === 'too_big' && (path[0] === 'query' || path[0] === 'documents'),
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

// A rerank API that clients already speak: how its requests are read, and what its answers and errors look like. index.ts names
// all of them; a new one is a file in this folder and a line there.
import type { Ranked } from '@disranker/reranker'
import type { z } from 'zod'
import type { Errors } from '../api-error.ts'
import type { AskedRanking } from '../ranking/ranking-request.ts'
import { type AnyDocument, type DocumentRules, readDocuments } from './parts/any-document.ts'
import { checkBody, type FieldTable } from './parts/field-table.ts'
import { extensionsOf } from './parts/request-parts.ts'

export interface Dialect extends Errors {
  /** whose API it is */
  readonly name: string
  /** where it is served; the description calls its operation at the first path by `operationId` */
  readonly paths: readonly [string, ...string[]]
  readonly operationId: string
  /** unknown paths below this one get this API's error format; "/voyage/" */
  readonly under?: string
  /**
   * The field by which a body is known to be of this API, where a path is that of several. The first API of a path has none:
   * it takes what no other claims.
   */
  readonly knownBy?: string
  /** how each field of a request is handled */
  readonly fields: FieldTable
  /** a body of it */
  readonly example: Readonly<Record<string, unknown>>
  /** of the body of an answer */
  readonly answerSchema: z.ZodType
  /** of the body of an error */
  readonly errorSchema: z.ZodObject
  /** @throws {ApiError} the body is no request of this API */
  parse(body: unknown): ParsedRequest
}

/** Documents of the examples. */
export const EXAMPLE_TEXTS: readonly string[] = [
  'Writes past the end of the memory it was given.',
  'Keeps a user signed in after the user has left.',
]

export interface ParsedRequest {
  readonly request: AskedRanking
  /** what of it was not used, one sentence each */
  readonly warnings: readonly string[]
  answer(ranked: Ranked, about: Answered): unknown
}

export interface Answered {
  readonly id: string
  /** the name that was asked for, or that of the model that ranked */
  readonly model: string
  /** a score as it goes out: a number from 0 to 1, or raw */
  relevance(score: number): number
  /** what of the request was not used, and why documents were not ranked */
  readonly warnings: readonly string[]
}

/** The member `warnings` of an answer, if there are any. */
export const warningsOf = (warnings: readonly string[]): { readonly warnings?: readonly string[] } =>
  warnings.length > 0 ? { warnings } : {}

/** What Cohere and its like bill: a unit for a query and up to a hundred documents. */
export const searchUnits = (documents: number): number => Math.ceil(documents / 100)

/** A checked body as a request, with the documents as they came, and what is answered. */
interface Asked extends Omit<Partial<AskedRanking>, 'documents'> {
  readonly query: AskedRanking['query']
  readonly documents: readonly AnyDocument[]
  readonly rules?: DocumentRules
  /** in addition to those of the fields and of the documents */
  readonly warnings?: readonly string[]
  readonly answer: ParsedRequest['answer']
}

/** A dialect whose bodies are checked by its table of fields. What `read` names overrides the extensions. */
export function defineDialect<Honoured extends z.ZodRawShape>({
  read,
  ...about
}: Omit<Dialect, 'parse' | 'fields'> & {
  readonly fields: FieldTable<Honoured>
  read(asked: z.infer<z.ZodObject<Honoured>>): Asked
}): Dialect {
  return {
    ...about,
    parse(body) {
      const { fields, warnings } = checkBody(about.fields, body)
      const { documents, rules, warnings: others = [], answer, ...request } = read(fields)
      const texts = readDocuments(documents, rules)
      return {
        request: { model: undefined, ...extensionsOf(fields), ...request, documents: texts.documents },
        warnings: [...warnings, ...others, ...texts.warnings],
        answer,
      }
    },
  }
}

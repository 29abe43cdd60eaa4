// A rerank API of other vendors: how its requests are read, and the form of its answers and errors. index.ts
// lists all of them; a new one is a file in this folder and a line there.
import type { Ranked } from '@disranker/reranker'
import type { z } from 'zod'
import type { Errors } from '../api-error.ts'
import type { AskedRanking } from '../ranking/ranking-request.ts'
import { type AnyDocument, type DocumentRules, readDocuments } from './parts/any-document.ts'
import { checkBody, type FieldTable } from './parts/field-table.ts'
import { extensionsOf } from './parts/request-parts.ts'

export interface Dialect extends Errors {
  /** the vendor */
  readonly name: string
  /** its paths; the description names its operation at the first path by `operationId` */
  readonly paths: readonly [string, ...string[]]
  readonly operationId: string
  /** unknown paths below this one get this API's error format; "/voyage/" */
  readonly under?: string
  /**
   * The field that identifies a body of this API, if several share a path. The first API of a path has none:
   * it gets all other bodies.
   */
  readonly knownBy?: string
  /** how each field of a request is handled */
  readonly fields: FieldTable
  /** schema of a body */
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
  /** unused parts of it, one sentence each */
  readonly warnings: readonly string[]
  answer(ranked: Ranked, about: Answered): unknown
}

export interface Answered {
  readonly id: string
  /** the name in the request, or that of the model that ranked */
  readonly model: string
  /** a score in the form of the answer: from 0 to 1, or raw */
  relevance(score: number): number
  /** unused parts of the request, and reasons for unranked documents */
  readonly warnings: readonly string[]
}

/** The member `warnings` of an answer, if there are any. */
export const warningsOf = (warnings: readonly string[]): { readonly warnings?: readonly string[] } =>
  warnings.length > 0 ? { warnings } : {}

/** The billing unit of Cohere and similar APIs: one for a query and up to a hundred documents. */
export const searchUnits = (documents: number): number => Math.ceil(documents / 100)

/** A checked body as a request, with the original documents, and the answer. */
interface Asked extends Omit<Partial<AskedRanking>, 'documents'> {
  readonly query: AskedRanking['query']
  readonly documents: readonly AnyDocument[]
  readonly rules?: DocumentRules
  /** in addition to those of the fields and of the documents */
  readonly warnings?: readonly string[]
  readonly answer: ParsedRequest['answer']
}

/** A dialect whose bodies are checked by its table of fields. The fields of `read` override the extensions. */
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

// Documents as objects of any fields, as Cohere v1, Jina and vLLM take them: which of their text is ranked, and what of them
// goes back.
import { z } from 'zod'
import { ApiError } from '../api-error.ts'
import type { RequestDocument } from '../ranking/ranking-request.ts'

export type AnyDocument = string | Readonly<Record<string, unknown>>

/** deeper ones are no documents, and could not be written back */
const DEEPEST = 32

export const anyDocument: z.ZodType<AnyDocument> = z
  .union([z.string(), z.record(z.string(), z.unknown())], {
    error: 'wanted a string or an object of text fields',
  })
  .refine((document) => depthWithin(document, DEEPEST), `is nested deeper than ${DEEPEST} levels`)

export const rankFields = z
  .array(z.string(), { error: 'wanted an array of field names' })
  .min(1, 'is empty; name at least one field, or leave it out')
  .describe(
    'the fields of objects that are ranked by; else title with text or summary, or else every text field',
  )

/** A document as it goes back: Cohere and Jina give a string as { text }. */
export const asObject = (document: AnyDocument): Readonly<Record<string, unknown>> =>
  typeof document === 'string' ? { text: document } : document

/**
 * Documents as the model reads them: by the fields that are named, or else a title and a text (or summary), or else every
 * text field. A title goes where models expect it, the rest is the summary.
 * @throws {ApiError} 400: a document has no text to rank by, or none in the fields that are named
 */
export function toRanked(
  documents: readonly AnyDocument[],
  named: readonly string[] | undefined,
): RequestDocument[] {
  return documents.map((document, index) => {
    if (typeof document === 'string') return document
    const isText = (name: string) => Object.hasOwn(document, name) && typeof document[name] === 'string'
    const known = ['title', 'summary', 'text'].filter(isText)
    const names = named ?? (known.some((name) => name !== 'title') ? known : Object.keys(document))
    const found = names.filter(isText)
    if (found.length === 0)
      throw new ApiError(
        400,
        named === undefined
          ? `documents[${index}]: has no text field; wanted "text", or "title" and "summary", or any field that is a string.`
          : `documents[${index}]: none of the rank_fields is a text of it; name a field that every document has.`,
      )
    const rest = found.filter((name) => name !== 'title').map((name) => document[name])
    // without a title it is a plain text
    return found.includes('title')
      ? { title: document.title as string, summary: rest.join('\n') }
      : rest.join('\n')
  })
}

function depthWithin(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return most > 0 && Object.values(value).every((inner) => depthWithin(inner, most - 1))
}

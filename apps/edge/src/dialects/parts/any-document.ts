// Documents in requests: strings, or objects with any fields, as in Cohere v1, Jina and vLLM. It chooses the
// text to rank and the part to return, and refuses documents that no model here can read.
import { z } from 'zod'
import { ApiError } from '../../api-error.ts'
import type { AskedDocument } from '../../ranking/ranking-request.ts'
import { kindOf } from './field-table.ts'

export type AnyDocument = string | Readonly<Record<string, unknown>>

/** deeper ones are not documents, and could not be serialised again */
const DEEPEST = 32

export const anyDocument: z.ZodType<AnyDocument> = z
  .union([z.string(), z.record(z.string(), z.unknown())], {
    error: ({ input }) => `wanted a string or an object of text fields, got ${kindOf(input)}`,
  })
  .refine((document) => depthWithin(document, DEEPEST), `is nested deeper than ${DEEPEST} levels`)

export const rankFields = z
  .array(z.string(), { error: 'wanted an array of field names' })
  .min(1, 'is empty; name at least one field, or leave it out')
  .describe(
    'the fields of objects that are ranked by; else title with text or summary, or else every text field',
  )

/** A document in an answer: Cohere and Jina return { text } for a string. */
export const asObject = (document: AnyDocument): Readonly<Record<string, unknown>> =>
  typeof document === 'string' ? { text: document } : document

/** The id of a document in an answer, if it has one. */
export function idOf(document: AnyDocument): { readonly id?: string | number } {
  if (typeof document === 'string') return {}
  const { id } = document
  return typeof id === 'string' || typeof id === 'number' ? { id } : {}
}

/** The bytes of a picture, a sound or a file, encoded as a text. */
const DATA_URI = /^\s*data:(?:(?:image|audio|video|font|model|application)\/|[^,;\s]*(?:;[^,;\s]*)*;base64,)/i
/** fields for other content than text in multimodal APIs */
const MEDIA: ReadonlySet<string> = new Set([
  ...['image', 'images', 'image_url', 'image_base64', 'img', 'picture', 'pixel_values', 'inline_data'],
  ...['audio', 'audio_url', 'input_audio', 'video', 'video_url', 'file', 'pdf'],
])
/** default fields to rank by */
const RANKED = ['title', 'summary', 'text']
const TEXT_ONLY = 'models here read text'

/** The problem of a text, as the end of a sentence about it; undefined if there is none. */
export const flawOfText = (text: string): string | undefined =>
  DATA_URI.test(text) ? `is a data URI, and ${TEXT_ONLY}` : undefined

export interface ReadDocuments {
  readonly documents: readonly AskedDocument[]
  /** the unread parts */
  readonly warnings: readonly string[]
}

export interface DocumentRules {
  /** the fields to rank by, if the request names them */
  readonly rankFields?: readonly string[] | undefined
  /** refuse documents without a word, like the original; otherwise they are ranked, with a warning */
  readonly refuseBlank?: boolean
  /** name of the list in the API; "documents" by default */
  readonly list?: string
}

/**
 * Documents as the model reads them: by the named fields, or else a title and a text (or summary), or else
 * every text field except the id. A title goes to the title of the model, the rest to its summary. An object
 * with only an id stands for the published text with that id.
 * @throws {ApiError} 400: a document is a picture or a file; it has no text to rank by, or none in the named
 * fields; it is blank and that is refused
 */
export function readDocuments(
  documents: readonly AnyDocument[],
  { rankFields: named, refuseBlank = false, list = 'documents' }: DocumentRules = {},
): ReadDocuments {
  const [blank, withMedia, partly]: [number[], number[], number[]] = [[], [], []]
  const read = documents.map((document, index): AskedDocument => {
    const at = `${list}[${index}]`
    if (typeof document === 'string') {
      const flaw = flawOfText(document)
      if (flaw !== undefined) throw new ApiError(400, `${at}: ${flaw}.`)
      if (!/\S/.test(document)) blank.push(index)
      return document
    }
    if (isReference(document)) return { id: document.id }
    const texts = textsOf(document, named, at)
    if (Object.keys(document).some((name) => MEDIA.has(name) && !(name in texts))) withMedia.push(index)
    if (named?.some((name) => !(name in texts))) partly.push(index)
    if (!Object.values(texts).some((text) => /\S/.test(text))) blank.push(index)
    const { title, ...rest } = texts
    const summary = Object.values(rest).join('\n')
    // without a title it is a plain text
    return title === undefined ? summary : { title, summary }
  })
  if (refuseBlank && blank.length > 0)
    throw new ApiError(400, `${list}[${blank[0]}]: is blank; send a text, or leave it out.`)
  return {
    documents: read,
    warnings: [
      ...told(blank, list, 'is blank: it was ranked as a text without words'),
      ...told(partly, list, 'has not all of the rank_fields as texts: it was ranked by those it has'),
      ...told(withMedia, list, `has a picture, a sound or a file, which was not read: ${TEXT_ONLY}`),
    ],
  }
}

/** A document that has only an id. */
const isReference = (document: Readonly<Record<string, unknown>>): document is { readonly id: string } =>
  typeof document.id === 'string' && document.id !== '' && Object.keys(document).length === 1

/** The texts of a document to rank, by the names of their fields. */
function textsOf(
  document: Readonly<Record<string, unknown>>,
  named: readonly string[] | undefined,
  at: string,
): Readonly<Record<string, string>> {
  if (named === undefined && Array.isArray(document.content)) return { text: partsOf(document.content, at) }
  const isText = (name: string) => Object.hasOwn(document, name) && typeof document[name] === 'string'
  const wrong =
    named === undefined && RANKED.find((name) => !isText(name) && (document[name] ?? null) !== null)
  if (wrong) throw new ApiError(400, `${at}.${wrong}: wanted a string, got ${kindOf(document[wrong])}.`)
  const known = RANKED.filter(isText)
  const others = Object.keys(document).filter((name) => name !== 'id')
  const hasBody = known.some((name) => name !== 'title')
  const media = others.find((name) => MEDIA.has(name))
  // a document with a text may carry a picture as metadata; one without is a picture
  if (named === undefined && known.length === 0 && media !== undefined)
    throw new ApiError(400, `${at}: is a document of "${media}" without a text, and ${TEXT_ONLY}.`)
  const names = named ?? (hasBody ? known : others)
  const found = names.filter((name) => isText(name) && !(named === undefined && MEDIA.has(name)))
  if (found.length === 0)
    throw new ApiError(
      400,
      named === undefined
        ? `${at}: has no text field; wanted "text", or "title" and "summary", or any field that is a string.`
        : `${at}: none of the rank_fields is a text of it; name a field that every document has.`,
    )
  for (const name of found) {
    const flaw = flawOfText(document[name] as string)
    if (flaw !== undefined) throw new ApiError(400, `${at}.${name.slice(0, 60)}: ${flaw}.`)
  }
  return Object.fromEntries(found.map((name) => [name, document[name] as string]))
}

/** The text of a document in parts, as in chat APIs and vLLM. */
function partsOf(parts: readonly unknown[], at: string): string {
  const texts = parts.map((part, index) => {
    const { type, text } = (part ?? {}) as { readonly type?: unknown; readonly text?: unknown }
    const flaw = typeof text === 'string' ? flawOfText(text) : undefined
    if (type === 'text' && typeof text === 'string' && flaw === undefined) return text
    throw new ApiError(
      400,
      `${at}.content[${index}]: ${flaw ?? `is no part of type "text", and ${TEXT_ONLY}`}.`,
    )
  })
  return texts.join('\n')
}

/** One warning for all documents with the same problem. */
function told(indices: readonly number[], list: string, what: string): readonly string[] {
  if (indices.length === 0) return []
  const others = indices.length === 1 ? '' : ` The same holds for ${indices.length - 1} more.`
  return [`${list}[${indices[0]}] ${what}.${others}`]
}

function depthWithin(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return most > 0 && Object.values(value).every((inner) => depthWithin(inner, most - 1))
}

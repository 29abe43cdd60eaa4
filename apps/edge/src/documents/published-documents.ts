// The texts of published documents by id. An isolate caches those that it has read for a minute, like
// models.json and keys.json, and then reads the new version.
import { sha256 } from '@disranker/reranker'
import { z } from 'zod'
import { ApiError } from '../api-error.ts'
import { type DocumentsBinding, documentStore } from './document-store.ts'
import { fromStored, storedVector } from './stored-vector.ts'
import type { DocumentTexts, PublishedDocument } from './with-texts.ts'

/** A document as it is published: a plain text, or a title and a summary; an object if it has a vector. */
const titledText = z.strictObject({
  title: z.string().optional(),
  summary: z.string().optional(),
  vector: storedVector.optional(),
})
const plainText = z.strictObject({ text: z.string(), vector: storedVector })
type Published = string | z.infer<typeof titledText> | z.infer<typeof plainText>

/** Checks against the matching form: trying one after the other takes twice as long. */
function checked(json: unknown): Published {
  if (typeof json === 'string') return json
  const isPlain = typeof json === 'object' && json !== null && 'text' in json
  return isPlain ? plainText.parse(json) : titledText.parse(json)
}

/** bytes of an id, in UTF-8: with its prefix a key of KV has at most 512 */
export const LONGEST_ID = 256

/** characters of the documents in an isolate's cache; a character has at most two bytes */
const MOST_CHARACTERS = 1_000_000
/** characters that an entry takes in addition to its text */
const ENTRY = 100

interface Kept {
  readonly document: PublishedDocument
  readonly characters: number
  readonly until: number
}

/** @param refresh ms for which a text is cached */
export function publishedDocuments(
  binding: DocumentsBinding,
  refresh = 60_000,
  now: () => number = Date.now,
): DocumentTexts {
  const store = documentStore(binding)
  // in the order of their last use
  const kept = new Map<string, Kept>()
  let characters = 0

  function forget(id: string): void {
    characters -= kept.get(id)?.characters ?? 0
    kept.delete(id)
  }
  function keep(id: string, document: PublishedDocument, size: number): void {
    forget(id)
    const entry = { document, characters: size + ENTRY, until: now() + refresh }
    if (entry.characters > MOST_CHARACTERS) return
    kept.set(id, entry)
    characters += entry.characters
    for (const oldest of kept.keys()) {
      if (characters <= MOST_CHARACTERS) return
      forget(oldest)
    }
  }

  return {
    async read(ids) {
      const found = new Map<string, PublishedDocument>()
      for (const id of ids) {
        const entry = kept.get(id)
        if (entry === undefined || entry.until <= now()) continue
        kept.delete(id)
        kept.set(id, entry)
        found.set(id, entry.document)
      }
      const missing = ids.filter((id) => !found.has(id))
      if (missing.length === 0) return found
      for (const [id, json] of await asked(() => store.read(missing))) {
        const document = { ...parsed(id, json), sum: await sha256(new TextEncoder().encode(json), 'base64') }
        found.set(id, document)
        keep(id, document, json.length)
      }
      return found
    },
  }
}

/** @throws {ApiError} 503: the store cannot be read */
async function asked<Found>(read: () => Promise<Found>): Promise<Found> {
  try {
    return await read()
  } catch (cause) {
    if (cause instanceof ApiError) throw cause
    throw new ApiError(503, 'The documents of this server cannot be read now. Send it again.', {
      cause,
      headers: { 'retry-after': '1' },
    })
  }
}

function opened(published: Published): Omit<PublishedDocument, 'sum'> {
  if (typeof published === 'string') return { document: published }
  const { vector: stored, ...parts } = published
  const document = 'text' in parts ? parts.text : parts
  return { document, ...(stored && { vector: fromStored(stored) }) }
}

/** @throws {ApiError} 500: the entry was not written by publish-documents */
function parsed(id: string, json: string): Omit<PublishedDocument, 'sum'> {
  try {
    return opened(checked(JSON.parse(json)))
  } catch (cause) {
    throw new ApiError(
      500,
      `The record under the id ${JSON.stringify(id.slice(0, 100))} is no document. Publish it again.`,
      { cause },
    )
  }
}

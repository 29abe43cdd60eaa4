// Documents by id: requests name them, and their texts come from what the operator has published.
import { ApiError } from '../api-error.ts'
import type { AskedDocument, DocumentReference, RequestDocument } from '../ranking/ranking-request.ts'
import type { NamedVector } from './stored-vector.ts'

/** A document as the operator has published it. */
export interface PublishedDocument {
  readonly document: RequestDocument
  /** of one that was published with a vector */
  readonly vector?: NamedVector
  /** SHA-256 of what was published */
  readonly sum: string
}

/** The texts of published documents. */
export interface DocumentTexts {
  /** @returns id -> its text, and its vector if it has one; ids that are not there are left out */
  read(ids: readonly string[]): Promise<ReadonlyMap<string, PublishedDocument>>
}

export interface DocumentsWithTexts {
  readonly documents: readonly RequestDocument[]
  /** [documents]; undefined where no document was named by its id */
  readonly vectors?: readonly (NamedVector | undefined)[]
  /** names the contents of those that were named by their ids; undefined where none was */
  readonly published?: string
}

const isReference = (document: AskedDocument): document is DocumentReference =>
  typeof document === 'object' && 'id' in document

/** ids that a message names */
const MOST_NAMED = 5

/**
 * The documents of a request with their texts.
 * @param texts undefined where the server keeps none
 * @throws {ApiError} 400: the server keeps no documents; 404: it does not have all of these, naming those that it misses
 */
export async function withTexts(
  documents: readonly AskedDocument[],
  texts: DocumentTexts | undefined,
): Promise<DocumentsWithTexts> {
  const ids = documents.filter(isReference).map(({ id }) => id)
  if (ids.length === 0) return { documents: documents as readonly RequestDocument[] }
  if (texts === undefined)
    throw new ApiError(
      400,
      `documents[${documents.findIndex(isReference)}]: has an id and no text, and this server keeps no documents. Send texts, or publish documents (npm run publish-documents).`,
    )
  const found = await texts.read([...new Set(ids)])
  const missing = [...new Set(ids)].filter((id) => !found.has(id))
  if (missing.length > 0) {
    const named = missing.slice(0, MOST_NAMED).map((id) => JSON.stringify(id.slice(0, 100)))
    const more = missing.length > MOST_NAMED ? ` and ${missing.length - MOST_NAMED} more` : ''
    throw new ApiError(
      404,
      `documents: there is no document with the id ${named.join(', ')}${more} on this server. Publish it, or send its text.`,
    )
  }
  return {
    documents: documents.map((document) =>
      isReference(document) ? found.get(document.id)!.document : document,
    ),
    vectors: documents.map((document) =>
      isReference(document) ? found.get(document.id)!.vector : undefined,
    ),
    published: ids.map((id) => found.get(id)!.sum).join(),
  }
}

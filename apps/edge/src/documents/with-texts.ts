// Resolves documents by id: requests name them, and their texts come from the published documents.
import { ApiError } from '../api-error.ts'
import type { AskedDocument, DocumentReference, RequestDocument } from '../ranking/ranking-request.ts'
import type { NamedVector } from './stored-vector.ts'

/** A published document. */
export interface PublishedDocument {
  readonly document: RequestDocument
  /** if it was published with a vector */
  readonly vector?: NamedVector
  /** SHA-256 of the published record */
  readonly sum: string
}

/** The texts of published documents. */
export interface DocumentTexts {
  /** @returns id -> its text, and its vector if it has one; missing ids are left out */
  read(ids: readonly string[]): Promise<ReadonlyMap<string, PublishedDocument>>
}

export interface DocumentsWithTexts {
  readonly documents: readonly RequestDocument[]
  /** [documents]; undefined if no document was named by its id */
  readonly vectors?: readonly (NamedVector | undefined)[]
  /** identifies the contents of those that were named by id; undefined if none was */
  readonly published?: string
}

const isReference = (document: AskedDocument): document is DocumentReference =>
  typeof document === 'object' && 'id' in document

/** maximal ids in a message */
const MOST_NAMED = 5

/**
 * The documents of a request with their texts.
 * @param texts undefined if the server has no document store
 * @throws {ApiError} 400: the server has no document store; 404: some documents do not exist, with their ids
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

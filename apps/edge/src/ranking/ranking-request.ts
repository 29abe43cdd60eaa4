// A ranking request, the same for every API.
import type { NamedVector } from '../documents/stored-vector.ts'

/** A plain string is a text without title or summary, which may fill all of the model's positions. */
export type RequestDocument =
  | string
  | { readonly title?: string | undefined; readonly summary?: string | undefined }

/** Stands for the text that the server keeps under this id. */
export interface DocumentReference {
  readonly id: string
}

/** A document as a request gives it. */
export type AskedDocument = RequestDocument | DocumentReference

/** A request before the texts of its references are looked up. */
export type AskedRanking = Omit<RankingRequest, 'documents' | 'vectors'> & {
  readonly documents: readonly AskedDocument[]
}

export interface RankingRequest {
  /** undefined where the API names none: the one that is served */
  readonly model: string | undefined
  /** of all documents, or one for each */
  readonly query: string | readonly string[]
  readonly documents: readonly RequestDocument[]
  /** [documents] of those that were published with a vector; undefined where none was named by its id */
  readonly vectors?: readonly (NamedVector | undefined)[] | undefined
  /** what the ranking is for, for models that were trained with instructions */
  readonly instruction?: string | undefined
  /** results to give back; all by default */
  readonly topN?: number | undefined
  /** tokens of a document that may be read; as many as the model reads by default */
  readonly maxTokens?: number | undefined
  /** tokens of the query that may be read; as many as the model reads by default */
  readonly maxQueryTokens?: number | undefined
  /** tokens of a query and a document together, special tokens too; as many as the model reads by default */
  readonly maxPairTokens?: number | undefined
  /** refuse documents that are longer than what the model reads, where it would otherwise read their beginning */
  readonly whole?: boolean | undefined
  /** what is left out of a document that is too long; its end by default */
  readonly leaveOut?: 'start' | 'end' | undefined
  /** how a document longer than what the model reads is read; its beginning by default */
  readonly long?: 'truncate' | 'chunk' | undefined
  readonly maxChunks?: number | undefined
  /** return raw scores of the model instead of relevance from 0 to 1 */
  readonly raw?: boolean | undefined
  /** explain the results that are given back */
  readonly explain?: boolean | undefined
  /** what happens to a request that cannot be ranked; the server's setting by default */
  readonly onError?: OnError | undefined
}

/** fail: an error. passthrough: the order of the request, with a warning. */
export type OnError = 'fail' | 'passthrough'

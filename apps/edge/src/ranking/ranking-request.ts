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

/** A document in a request. */
export type AskedDocument = RequestDocument | DocumentReference

/** A request before the texts of its references are looked up. */
export type AskedRanking = Omit<RankingRequest, 'documents' | 'vectors'> & {
  readonly documents: readonly AskedDocument[]
}

export interface RankingRequest {
  /** undefined if the API has no such field: the default model */
  readonly model: string | undefined
  /** of all documents, or one for each */
  readonly query: string | readonly string[]
  readonly documents: readonly RequestDocument[]
  /** [documents] for those that were published with a vector; undefined if none was named by its id */
  readonly vectors?: readonly (NamedVector | undefined)[] | undefined
  /** the purpose of the ranking, for models that were trained with instructions */
  readonly instruction?: string | undefined
  /** maximal results; all by default */
  readonly topN?: number | undefined
  /** maximal tokens of a document; the model's maximum by default */
  readonly maxTokens?: number | undefined
  /** maximal tokens of the query; the model's maximum by default */
  readonly maxQueryTokens?: number | undefined
  /**
   * maximal tokens of a query and a document together, including special tokens; the model's maximum by
   * default
   */
  readonly maxPairTokens?: number | undefined
  /** refuse documents that are too long for the model, instead of reading their beginning */
  readonly whole?: boolean | undefined
  /** the part that is cut from a document that is too long; its end by default */
  readonly leaveOut?: 'start' | 'end' | undefined
  /** how a document that is too long is read; its beginning by default */
  readonly long?: 'truncate' | 'chunk' | undefined
  readonly maxChunks?: number | undefined
  /** return raw scores of the model instead of relevance from 0 to 1 */
  readonly raw?: boolean | undefined
  /** explain the returned results */
  readonly explain?: boolean | undefined
  /** the handling of a request that cannot be ranked; the server's setting by default */
  readonly onError?: OnError | undefined
}

/** fail: an error. passthrough: the order of the request, with a warning. */
export type OnError = 'fail' | 'passthrough'

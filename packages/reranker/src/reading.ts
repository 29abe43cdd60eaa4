// What the model reads of a document: one text that it cuts by itself, or pieces that each fit whole.
import type { Encoding, Tokenizer } from '@disranker/tokenizer'
import { createTextPieces } from './text-pieces.ts'

export interface TitledDocument {
  readonly title?: string | undefined
  readonly summary?: string | undefined
}

export interface ReadOptions {
  /**
   * What becomes of a document that is longer than the model reads: its beginning counts (truncate, the default), or all
   * of it in pieces that overlap by a quarter, of which the best counts (chunk).
   */
  readonly long?: 'truncate' | 'chunk' | undefined
  /** most pieces of a document; 10 by default */
  readonly maxChunks?: number | undefined
}

/** [CLS] query [SEP] title [SEP] summary [SEP], with an overlap token */
const SPECIAL_TOKENS = 5
const CHUNKS = 10
/** a piece is not made smaller than this, however long the query and the title are */
const SMALLEST = 8

/** @returns the texts whose best score is the document's; the title stands before each */
export function createReading(tokenizer: Tokenizer, encoding: Encoding) {
  const { split } = createTextPieces(tokenizer)
  const size = (text: string, most: number) =>
    Math.min(most, text === '' ? 0 : tokenizer.encode(text.slice(0, most * 16)).length)
  return (
    query: string,
    document: TitledDocument,
    { long = 'truncate', maxChunks = CHUNKS }: ReadOptions,
  ): readonly TitledDocument[] => {
    if (long === 'truncate') return [document]
    const { title = '', summary = '' } = document
    const rest = size(query, encoding.maxQuery) + size(title, encoding.maxTitle) + SPECIAL_TOKENS
    const room = Math.max(SMALLEST, Math.min(encoding.maxSummary, encoding.maxLength - rest))
    return split(summary, room, maxChunks).map((summary) => ({ title, summary }))
  }
}

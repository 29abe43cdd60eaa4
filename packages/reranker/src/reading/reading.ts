// Chooses the parts of a document that the model reads: its beginning or its end, up to a number of tokens,
// or all of it in pieces that each fit. All shortening of texts before the encoding is here; the encoding
// makes a pair fit (truncate.ts of the tokenizer).
import type { Encoding, PairEncoder, Tokenizer } from '@disranker/tokenizer'
import { RerankerError } from '../reranker-error.ts'
import { createTextPieces } from './text-pieces.ts'

export interface TitledDocument {
  readonly title?: string | undefined
  readonly summary?: string | undefined
}

/** A text without a title may use all positions that the query leaves. */
export type RerankDocument = string | TitledDocument

export interface ReadOptions {
  /** the purpose of the ranking, for a model that was trained with instructions; other models refuse it */
  readonly instruction?: string | undefined
  /**
   * How a document that is too long for the model is scored: by its beginning (truncate, the default), or by
   * the best of pieces that overlap by a quarter and cover all of it (chunk).
   */
  readonly long?: 'truncate' | 'chunk' | undefined
  /** maximal pieces of a document; 10 by default */
  readonly maxChunks?: number | undefined
  /** maximal tokens of a document, title and summary together; the model's maximum by default */
  readonly maxTokens?: number | undefined
  /** maximal tokens of the query; the model's maximum by default */
  readonly maxQueryTokens?: number | undefined
  /**
   * maximal tokens of a query and a document together, including special tokens; the model's maximum by
   * default
   */
  readonly maxPairTokens?: number | undefined
  /** the part of a text without a title that is cut if it is too long; its end by default */
  readonly leaveOut?: 'start' | 'end' | undefined
  /** refuse a query or a document that is too long for the model, instead of shortening it */
  readonly whole?: boolean | undefined
}

export interface Reading {
  /**
   * The query as it is read.
   * @throws {RerankerError} code length: it is too long for the model, and must be read whole
   */
  query(query: string, options: ReadOptions): string
  /**
   * The texts whose best score is the document's; the title is before each.
   * @throws {RerankerError} code length: the document is too long for the model, and must be read whole
   */
  texts(query: string, document: RerankDocument, options: ReadOptions): Iterable<TitledDocument>
  /** maximal tokens of a summary: for a plain text all positions of the model */
  mostOf(document: RerankDocument): number
  /** estimated tokens that the model will read for a document, from its length alone */
  estimate(document: RerankDocument, options: ReadOptions): number
}

const CHUNKS = 10
/** minimal tokens of a piece, however long the query and the title are */
const SMALLEST = 8
/** characters of a token, on average */
const TOKEN_CHARACTERS = 4

export function createReading(tokenizer: Tokenizer, encoder: PairEncoder, encoding: Encoding): Reading {
  const { count, head, tail, split } = createTextPieces(tokenizer)
  const { maxQuery, maxTitle, maxSummary, maxLength } = encoding
  const size = (text: string, most: number) => Math.min(most, count(text, most))

  /** tokens of a summary that remain after a query and a title */
  const room = (query: string, title: string, most: number) =>
    Math.min(most, encoder.room(title !== '') - size(query, maxQuery) - size(title, maxTitle))
  /** tokens that a query leaves for a document, if there is a common limit */
  const besides = (query: string, title: string, { maxPairTokens }: ReadOptions) => {
    if (maxPairTokens === undefined || maxPairTokens >= maxLength) return Number.POSITIVE_INFINITY
    const special = maxLength - encoder.room(title !== '')
    return Math.max(0, maxPairTokens - special - size(query, maxQuery))
  }
  const mostOf = (document: RerankDocument) => (typeof document === 'string' ? maxLength : maxSummary)

  const refuseLonger = (what: string, text: string, most: number) => {
    if (count(text, most) > most)
      throw new RerankerError(
        'length',
        `${what} has more tokens than the ${most} that the model reads of it. Shorten it, or let it be truncated.`,
      )
  }

  function shortened(
    query: string,
    document: TitledDocument,
    options: ReadOptions,
    most: number,
  ): TitledDocument {
    const { title = '', summary = '' } = document
    const { leaveOut, long } = options
    const maxTokens = Math.min(options.maxTokens ?? Number.POSITIVE_INFINITY, besides(query, title, options))
    if (leaveOut === 'start' && long !== 'chunk' && title === '')
      return { summary: tail(summary, Math.min(maxTokens, room(query, '', most))) }
    // the encoding itself cuts more than that
    if (maxTokens >= (long === 'chunk' ? Number.POSITIVE_INFINITY : maxLength)) return document
    const beginning = head(title, maxTokens)
    return { title: beginning, summary: head(summary, maxTokens - size(beginning, maxTokens)) }
  }

  return {
    query(query, { whole, maxQueryTokens = Number.POSITIVE_INFINITY }) {
      if (whole) refuseLonger('The query', query, maxQuery)
      return maxQueryTokens < maxQuery ? head(query, maxQueryTokens) || query : query
    },
    mostOf,
    *texts(query, document, options) {
      const most = mostOf(document)
      const whole = titled(document)
      if (options.whole) {
        refuseLonger('The title of a document', whole.title ?? '', maxTitle)
        refuseLonger('A document', whole.summary ?? '', room(query, whole.title ?? '', most))
      }
      const { title = '', summary = '' } = shortened(query, whole, options, most)
      if (options.long !== 'chunk') return yield { title, summary }
      let left = options.maxChunks ?? CHUNKS
      for (const piece of split(summary, Math.max(SMALLEST, room(query, title, most)))) {
        yield { title, summary: piece }
        if (--left === 0) return
      }
    },
    estimate(document, { long, maxChunks = CHUNKS, maxTokens = Number.POSITIVE_INFINITY }) {
      const { title = '', summary = '' } = titled(document)
      const tokens = Math.min(maxTokens, (title.length + summary.length) / TOKEN_CHARACTERS)
      const pieces =
        long === 'chunk'
          ? Math.min(maxChunks, Math.max(1, tokens / Math.min(mostOf(document), maxLength - maxQuery)))
          : 1
      return Math.ceil(pieces * Math.min(maxLength, tokens / pieces + maxQuery / 2 + 4))
    },
  }
}

export const titled = (document: RerankDocument): TitledDocument =>
  typeof document === 'string' ? { summary: document } : document

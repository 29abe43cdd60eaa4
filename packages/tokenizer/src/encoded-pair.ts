// An encoded query and document, and the interface of encoders.

export interface EncodedPair {
  readonly ids: Int32Array
  /** of the same length */
  readonly typeIds: Int32Array
  /** BM25 of the query against title and summary, as counted for the exact-match token types; 0 without them */
  readonly overlap: number
  /** index of the first token of the title (or of the summary, without a title) */
  readonly documentStart: number
  /** ids.length */
  readonly tokens: number
}

export interface PairEncoder {
  /** number of type ids: `type_vocab_size` */
  readonly typeVocabSize: number
  readonly maxLength: number
  /** maximal tokens of query, title and summary together, without special tokens */
  room(titled: boolean): number
  /**
   * Words of a document for the overlap; none without exact-match token types. `mostOfSummary` as in `encode`
   */
  stems(
    document: { readonly title?: string | undefined; readonly summary?: string | undefined },
    mostOfSummary?: number,
  ): readonly string[]
  /** The overlap of a query with the words of a document, equal to that of `encode`. @param stems those of `stems`, with spaces between */
  overlap(query: string, stems: string): number
  /** @param mostOfSummary maximal tokens that are read of the summary; the encoding's maxSummary by default */
  encode(
    query: string,
    document: { readonly title?: string | undefined; readonly summary?: string | undefined },
    mostOfSummary?: number,
  ): EncodedPair
}

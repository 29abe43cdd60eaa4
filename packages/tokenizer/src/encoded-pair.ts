// An encoded query and document, and the interface of encoders.

export interface EncodedPair {
  readonly ids: Int32Array
  /** of the same length */
  readonly typeIds: Int32Array
  /** BM25 of the query against title and summary, by the counts of the exact-match token types; 0 without them */
  readonly overlap: number
  /** index of the first token of the title (or of the summary, without a title) */
  readonly documentStart: number
  /** ids.length */
  readonly tokens: number
}

export interface PairEncoder {
  /** how many type ids there are: `type_vocab_size` */
  readonly typeVocabSize: number
  readonly maxLength: number
  /** tokens that query, title and summary have together, special tokens left out */
  room(titled: boolean): number
  /** Words of a document as the overlap counts them; none without exact-match token types. `mostOfSummary` as of `encode` */
  stems(
    document: { readonly title?: string | undefined; readonly summary?: string | undefined },
    mostOfSummary?: number,
  ): readonly string[]
  /** The overlap of a query with the words of a document, as `encode` gives it. */
  overlap(query: string, stems: readonly string[]): number
  /** @param mostOfSummary tokens that are read of the summary at most; the encoding's maxSummary by default */
  encode(
    query: string,
    document: { readonly title?: string | undefined; readonly summary?: string | undefined },
    mostOfSummary?: number,
  ): EncodedPair
}

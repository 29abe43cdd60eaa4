// The pieces that a tokenizer encodes one at a time.

/** A piece of text that is encoded by itself: as a rule what stands between two spaces. */
export interface Chunk {
  readonly ids: readonly number[]
  /** [ids.length]: index into `words` of the first word a token is part of, -1 for punctuation */
  readonly wordOf: readonly number[]
  /** [ids.length]: one more than the index of the last one; a character may be part of several grams */
  readonly wordEnd: readonly number[]
  /** the words as lexical matching sees them, and their stems */
  readonly words: readonly string[]
  readonly stems: readonly string[]
}

// The pieces that a tokenizer encodes separately.

/** A piece of text that is encoded separately: usually the text between two spaces. */
export interface Chunk {
  readonly ids: readonly number[]
  /** [ids.length]: index into `words` of the first word of a token, -1 for punctuation */
  readonly wordOf: readonly number[]
  /** [ids.length]: one more than the index of its last word; a character may be part of several grams */
  readonly wordEnd: readonly number[]
  /** the words for lexical matching, and their stems */
  readonly words: readonly string[]
  readonly stems: readonly string[]
}

// The interface of an engine: a loaded model that computes encoded texts.

/** A text as the model reads it. */
export interface EncodedText {
  readonly ids: ArrayLike<number>
  readonly typeIds: ArrayLike<number>
}

export interface Session {
  /** name of the engine; scores of different engines differ in the last digits */
  readonly engine: string
  /** what it computes best at a time; without it, what the bundle says */
  readonly batch?: { readonly rows: number; readonly tokens: number }
  /**
   * A few texts of about one length. Do not use an engine again after a failure: release it and create a
   * new one.
   * @returns [texts]: one logit each
   * @throws {RerankerError} code runtime
   */
  run(texts: readonly EncodedText[]): Float32Array | Promise<Float32Array>
  /**
   * What the static bi-encoder adds to a text's logit, 0 for a model without one. Undefined where the engine computes the whole graph
   * and does not know.
   */
  readonly staticTerm?: (text: EncodedText) => number
  /** bytes of the engine's memory */
  heapBytes(): number
  release(): void | Promise<void>
}

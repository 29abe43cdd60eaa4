// The interface of an engine: a loaded model that computes encoded texts.

/** A text as the model reads it. */
export interface EncodedText {
  readonly ids: ArrayLike<number>
  readonly typeIds: ArrayLike<number>
}

export interface Session {
  /** name of the engine; scores of different engines differ in the last digits */
  readonly engine: string
  /** its best micro-batch; by default that of the bundle */
  readonly batch?: { readonly rows: number; readonly tokens: number }
  /**
   * Computes a few texts of similar length. Do not use an engine again after a failure: release it and create
   * a new one.
   * @returns [texts]: one logit for each
   * @throws {RerankerError} code runtime
   */
  run(texts: readonly EncodedText[]): Float32Array | Promise<Float32Array>
  /**
   * The static bi-encoder's term in a text's logit, 0 for a model without one. Undefined if the engine
   * computes the whole graph and cannot separate it.
   */
  readonly staticTerm?: (text: EncodedText) => number
  /** bytes of the engine's memory */
  heapBytes(): number
  release(): void | Promise<void>
}

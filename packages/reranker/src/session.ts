// A model that computes texts of tokens: the port that engines stand behind.

/** A text as the model reads it. */
export interface EncodedText {
  readonly ids: ArrayLike<number>
  readonly typeIds: ArrayLike<number>
}

export interface Session {
  /** what computes, for those who compare scores: engines round the last digits differently */
  readonly engine: string
  /** what it computes best at a time; without it, what the bundle says */
  readonly batch?: { readonly rows: number; readonly tokens: number }
  /**
   * A few texts of about one length. An engine that has failed once is not to be trusted again: release it and create a
   * new one.
   * @returns [texts]: one logit each
   * @throws {RerankerError} code runtime
   */
  run(texts: readonly EncodedText[]): Float32Array | Promise<Float32Array>
  /** bytes of the engine's memory */
  heapBytes(): number
  release(): void | Promise<void>
}

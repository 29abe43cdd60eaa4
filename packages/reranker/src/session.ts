// A model that computes batches of tokens: the port that engines stand behind.

export interface Batch {
  /** [rows * columns] each, row-major; padding has mask 0 */
  readonly ids: BigInt64Array
  readonly mask: BigInt64Array
  readonly types: BigInt64Array
  readonly rows: number
  readonly columns: number
}

export interface Session {
  /**
   * One batch. An engine that has failed once is not to be trusted with another: release it and create a new one.
   * @returns [rows]: one logit a row
   * @throws {RerankerError} code runtime
   */
  run(batch: Batch): Float32Array | Promise<Float32Array>
  /** bytes of the engine's memory */
  heapBytes(): number
  release(): void | Promise<void>
}

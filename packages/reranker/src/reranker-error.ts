/** What is wrong, for a program that decides by it. */
export type RerankerErrorCode =
  /** a file of the bundle is missing, changed or not readable */
  | 'bundle'
  /** the query or a document is not what it should be */
  | 'input'
  /** the query or a document is longer than the model reads, and was to be read whole */
  | 'length'
  /** the reranker was disposed of */
  | 'disposed'
  /** onnxruntime could not load or run */
  | 'runtime'

/** An error whose code a caller can act on; the message says what to do. */
export class RerankerError extends Error {
  override readonly name = 'RerankerError'
  readonly code: RerankerErrorCode

  constructor(code: RerankerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

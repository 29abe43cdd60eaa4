/** The kind of an error, for programs. */
export type RerankerErrorCode =
  /** a file of the bundle is missing, changed or not readable */
  | 'bundle'
  /** the query or a document is invalid */
  | 'input'
  /** the query or a document is too long for the model, and must be read whole */
  | 'length'
  /** the reranker was disposed of */
  | 'disposed'
  /** onnxruntime could not load or run */
  | 'runtime'

/** An error whose code a caller can act on; the message names the fix. */
export class RerankerError extends Error {
  override readonly name = 'RerankerError'
  readonly code: RerankerErrorCode

  constructor(code: RerankerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

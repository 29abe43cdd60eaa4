// The operations of encoders. An architecture's network is a function of these operations, so it is written once:
// TensorFlow.js computes and trains it, and the ONNX graphs in float32 and int8 are built from it.
//   X: activations, of all tokens [N, D] or, after `attention` with `first`, of the first token of each row
//   [rows, D]

export type Activation = 'gelu' | 'gelu_new' | 'relu' | 'silu' | 'tanh'

export interface DenseOptions {
  /** none when false */
  readonly bias?: boolean
  readonly activation?: Activation
  /** names the input for calibration of its int8 range; a layer without one is float32 at every precision */
  readonly site?: string
}

export interface NormOptions {
  readonly epsilon: number
  /** none when false */
  readonly bias?: boolean
}

export interface AttentionOptions {
  /** the dense layers of query, key and value, or one for all three */
  readonly projections: readonly [query: string, key: string, value: string] | string
  /** the name of the three together in int8 */
  readonly name: string
  readonly heads: number
  readonly site: string
  /** of the projections; none if false */
  readonly bias?: boolean
  /** rotary positions with this theta */
  readonly rope?: number
  /** attention window on both sides; none by default */
  readonly window?: number
  /** only the first token's output is computed: returns [rows, D] */
  readonly first: boolean
}

export interface EncoderOperations<X> {
  /** rows of a table by token id */
  words(table: string): X
  /** rows of a table by type id */
  types(table: string): X
  /** adds to each token the row of its position: the first token has row `from` */
  addPositions(x: X, table: string, from: number): X
  add(a: X, b: X): X
  multiply(a: X, b: X): X
  norm(x: X, name: string, options: NormOptions): X
  /** norm(x + skip) */
  addNorm(x: X, skip: X, name: string, options: NormOptions): X
  dense(x: X, name: string, options?: DenseOptions): X
  activate(x: X, activation: Activation): X
  /** the two halves of the features */
  halves(x: X): readonly [X, X]
  /** scaled dot-product attention of every token to the tokens of its text */
  attention(x: X, options: AttentionOptions): X
  /** [N, D] -> [rows, D] */
  firstToken(x: X): X
  /** [N, D] -> [rows, D]: the mean over the tokens of each text */
  meanToken(x: X): X
  /** The input of a head: [rows, D] from `attention` with `first`, `firstToken` or `meanToken`. */
  pooled(x: X): X
  /** [rows, 2] -> [rows, 1]: the relevant label's logit minus the other's */
  margin(x: X, relevant: 0 | 1): X
}

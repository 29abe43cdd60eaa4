// The operations of encoders. An architecture's network is a function of these operations, so it is written once:
// TensorFlow.js computes and trains it, and the ONNX graphs in float32 and int8 are built from it.
//   X: activations, of all tokens [N, D] or, behind `attention` with `first`, of the first token of each row [rows, D]

export type Activation = 'gelu' | 'gelu_new' | 'relu' | 'silu' | 'tanh'

export interface DenseOptions {
  /** none when false */
  readonly bias?: boolean
  readonly activation?: Activation
  /** names the input, whose range int8 finds by calibration; a layer without one stays float32 at every precision */
  readonly site?: string
}

export interface NormOptions {
  readonly epsilon: number
  /** none when false */
  readonly bias?: boolean
}

export interface AttentionOptions {
  /** the dense layers of query, key and value, or the one that is all three side by side */
  readonly projections: readonly [query: string, key: string, value: string] | string
  /** the three together, as int8 names them */
  readonly name: string
  readonly heads: number
  readonly site: string
  /** of the projections; none when false */
  readonly bias?: boolean
  /** rotary positions with this theta */
  readonly rope?: number
  /** a token sees those at most so many positions away; all without it */
  readonly window?: number
  /** only the first token's output is wanted: [rows, D] comes back */
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
  /** What goes into a head: [rows, D] as `attention` with `first`, `firstToken` or `meanToken` gave it. */
  pooled(x: X): X
  /** [rows, 2] -> [rows, 1]: the relevant label's logit minus the other's */
  margin(x: X, relevant: 0 | 1): X
}

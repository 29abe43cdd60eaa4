// A static bi-encoder while it trains, one table for query and document: a text is the mean of its tokens' rows, and a query fits a document as far as the two
// means point the same way. Nothing in it belongs to a single document, so it scores documents it has never seen.
//   z(q, d) = exp(s) cos(mean_i E[q_i], mean_j E[d_j])
// The cosine makes the mean equal to the sum, so padding and lengths take no part.
import { embedding, seededBy } from '@disranker/engine'
import { STATIC_TABLE, type Weights } from '@disranker/transformer'
import * as tf from '@tensorflow/tfjs'

/** Token ids of texts side by side. */
export interface TokenRows {
  /** [rows * columns], padded with 0 */
  readonly ids: Int32Array
  /** [rows * columns]: 1 for tokens, 0 for padding */
  readonly mask: Float32Array
  readonly rows: number
  readonly columns: number
}

export interface StaticNetwork {
  /** `wide.embeddings.weight` [vocabulary, features] and `scale` [1] */
  readonly weights: Weights
  /** [queries, documents] */
  score(queries: TokenRows, documents: TokenRows): tf.Tensor2D
  dispose(): void
}

/** logits of a softmax over some hundreds of documents need a spread that a cosine has not */
const FIRST_SCALE = 15

/**
 * @param rarity [vocabulary]: how much a token's row weighs at the start, its inverse document frequency
 * @param features of a row
 */
export function createStaticNetwork(rarity: Float32Array, features: number, seed: number): StaticNetwork {
  const random = seededBy(seed, 'towers')
  const start = Float32Array.from(
    { length: rarity.length * features },
    (_, at) => START * rarity[Math.floor(at / features)]! * random.normal(),
  )
  const variable = (tensor: () => tf.Tensor) => tf.tidy(() => tf.variable(tensor()))
  const table = variable(() => tf.tensor2d(start, [rarity.length, features])) as unknown as tf.Tensor2D
  const scale = variable(() => tf.tensor1d([Math.log(FIRST_SCALE)]))
  return {
    weights: new Map([
      [STATIC_TABLE, table as unknown as tf.Variable],
      ['scale', scale],
    ]),
    score: (queries, documents) =>
      tf.tidy(() => {
        const cosines = tf.matMul(direction(table, queries), direction(table, documents), false, true)
        return tf.mul(cosines, tf.exp(scale))
      }),
    dispose: () => tf.dispose([table, scale]),
  }
}

/** a row of a token that stands in one text of e^5 has this deviation */
const START = 0.02

/** [rows, features], of length 1; 0 for a text without tokens */
function direction(table: tf.Tensor2D, { ids, mask, rows, columns }: TokenRows): tf.Tensor2D {
  const features = table.shape[1]
  const found = tf.reshape(embedding(table, tf.tensor1d(ids, 'int32')), [rows, columns, features])
  const sum = tf.reshape(tf.matMul(tf.tensor3d(mask, [rows, 1, columns]), found), [rows, features])
  const length = tf.sqrt(tf.add(tf.sum(tf.square(sum), 1, true), 1e-12))
  return tf.div(sum, length)
}

/** Texts side by side. */
export function packRows(texts: readonly ArrayLike<number>[]): TokenRows {
  const rows = texts.length
  const columns = 8 * Math.ceil(Math.max(1, ...texts.map(({ length }) => length)) / 8)
  const ids = new Int32Array(rows * columns)
  const mask = new Float32Array(rows * columns)
  for (const [row, text] of texts.entries()) {
    ids.set(text, row * columns)
    mask.fill(1, row * columns, row * columns + text.length)
  }
  return { ids, mask, rows, columns }
}

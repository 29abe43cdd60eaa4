// A static bi-encoder while it trains, one table for query and document: a text is the mean of its tokens' rows, and a query fits a document as far as the two
// means point the same way. Nothing in it belongs to a single document, so it scores documents it has never seen.
//   z(q, d) = exp(s) cos(mean_i E[q_i], mean_j E[d_j])
// The cosine makes the mean equal to the sum, so lengths take no part.
import { type Bags, embeddingBag, seededBy } from '@disranker/engine'
import { STATIC_TABLE, type Weights } from '@disranker/transformer'
import * as tf from '@tensorflow/tfjs'

export interface StaticNetwork {
  /** `wide.embeddings.weight` [vocabulary, features] and `scale` [1] */
  readonly weights: Weights
  /** [queries, documents] */
  score(queries: Bags, documents: Bags): tf.Tensor2D
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

/** [texts, features], of length 1; 0 for a text without tokens */
export function direction(table: tf.Tensor2D, texts: Bags): tf.Tensor2D {
  const sum = embeddingBag(table, texts)
  return tf.div(sum, tf.sqrt(tf.add(tf.sum(tf.square(sum), 1, true), 1e-12)))
}

// A static bi-encoder in training, with one table for query and document: the vector of a text is the mean of
// its tokens' rows, and the score is the cosine of two such vectors. It has no parameter of a single
// document, so it can score unseen documents.
//   z(q, d) = exp(s) cos(mean_i E[q_i], mean_j E[d_j])
// With the cosine the mean equals the sum, so lengths have no effect.
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

/** the logits of a softmax over some hundreds of documents need a larger spread than a cosine has */
const FIRST_SCALE = 15

/**
 * @param rarity [vocabulary]: initial weight of a token's row, its inverse document frequency
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

/** the row of a token in one of e^5 texts has this deviation */
const START = 0.02

/** [texts, features], of length 1; 0 for a text without tokens */
export function direction(table: tf.Tensor2D, texts: Bags): tf.Tensor2D {
  const sum = embeddingBag(table, texts)
  return tf.div(sum, tf.sqrt(tf.add(tf.sum(tf.square(sum), 1, true), 1e-12)))
}

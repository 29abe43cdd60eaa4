// The static bi-encoder's table in training on a teacher: a token's row is its vector times a weight that is
// learned, too, and starts from the token's rarity. So the importance of a word is learned separately from
// its meaning. The served table is the product, so this costs nothing at the edge.
//   z(q, d) = exp(s) cos(sum_i w_qi E[q_i], sum_j w_dj E[d_j]),   w_t = rarity_t exp(v_t)
import type { Bags } from '@disranker/engine'
import { STATIC_TABLE, type Weights } from '@disranker/transformer'
import * as tf from '@tensorflow/tfjs'
import { direction } from './static-network.ts'

export interface TableNetwork {
  /** `wide.embeddings.weight` [vocabulary, features], `token.weight` [vocabulary, 1] and `scale` [1] */
  readonly weights: Weights
  /** [queries, documents] */
  score(queries: Bags, documents: Bags): tf.Tensor2D
  /** [vocabulary * features]: the served rows */
  table(): Float32Array
  dispose(): void
}

/** the logits of a softmax over some hundreds of documents need a larger spread than a cosine has */
const FIRST_SCALE = 12
const DEVIATION = 0.1

/**
 * @param rarity [vocabulary]: inverse document frequencies
 * @param start [vocabulary * features]: vectors of root mean square 1
 */
export function createTableNetwork(rarity: Float32Array, start: Float32Array): TableNetwork {
  const features = start.length / rarity.length
  const variable = (tensor: () => tf.Tensor) => tf.tidy(() => tf.variable(tensor()))
  const vectors = variable(() => tf.mul(tf.tensor2d(start, [rarity.length, features]), DEVIATION))
  const token = variable(() => tf.zeros([rarity.length, 1]))
  const scale = variable(() => tf.tensor1d([Math.log(FIRST_SCALE)]))
  const fixed = tf.tensor2d(rarity, [rarity.length, 1])
  const rows = () => tf.mul(vectors, tf.mul(fixed, tf.exp(token))) as tf.Tensor2D
  return {
    weights: new Map([
      [STATIC_TABLE, vectors],
      ['token.weight', token],
      ['scale', scale],
    ]),
    score: (queries, documents) =>
      tf.tidy(() => {
        const table = rows()
        const [q, d] = [direction(table, queries), direction(table, documents)]
        return tf.mul(tf.matMul(q, d, false, true), tf.exp(scale))
      }),
    table() {
      // read outside a tidy, which would search all these numbers for tensors
      const table = tf.tidy(rows)
      const values = table.dataSync<'float32'>().slice()
      table.dispose()
      return values
    },
    dispose: () => tf.dispose([vectors, token, scale, fixed]),
  }
}

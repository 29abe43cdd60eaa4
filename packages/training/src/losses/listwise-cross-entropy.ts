// The softmax over the documents of a group is fitted to the distribution of the gains (Cao et al. 2007,
// ListNet, top one).
import * as tf from '@tensorflow/tfjs'
import { type Masked, without } from './groups.ts'

/**
 * Mean over the groups of -sum_i p_i log softmax(s / T)_i with p = gains / sum(gains). A group without gain counts 0.
 * @param s [G, n]
 * @param gains [G, n], 0 or more; 0 where the mask is
 */
export function listwiseCrossEntropy(
  s: tf.Tensor2D,
  gains: tf.Tensor2D,
  { temperature: T = 1, mask }: Masked & { readonly temperature?: number } = {},
): tf.Scalar {
  return tf.tidy(() => {
    const p = tf.div(gains, tf.maximum(tf.sum(gains, 1, true), 1e-12))
    const logs = tf.logSoftmax(without(tf.div(s, T) as tf.Tensor2D, mask))
    return tf.neg(tf.mean(tf.sum(tf.mul(p, logs), 1))) as tf.Scalar
  })
}

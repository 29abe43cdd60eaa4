// A softmax over the documents of a group puts its mass where the gains are (Cao et al. 2007, ListNet, top one).
import * as tf from '@tensorflow/tfjs'

/**
 * Mean over the groups of -sum_i p_i log softmax(s)_i with p = gains / sum(gains). A group without gain counts 0.
 * @param s [G, n]
 * @param gains [G, n], 0 or more
 */
export function listwiseCrossEntropy(s: tf.Tensor2D, gains: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => {
    const p = tf.div(gains, tf.maximum(tf.sum(gains, 1, true), 1e-12))
    return tf.neg(tf.mean(tf.sum(tf.mul(p, tf.logSoftmax(s)), 1))) as tf.Scalar
  })
}

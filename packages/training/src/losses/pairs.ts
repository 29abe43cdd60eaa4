// All pairs of a group at once.
import * as tf from '@tensorflow/tfjs'

/** [G, n] -> [G, n, n]: entry (g, i, j) is x_i - x_j. */
export function differences(x: tf.Tensor2D): tf.Tensor3D {
  const [G, n] = x.shape
  return tf.sub(tf.reshape(x, [G, n, 1]), tf.reshape(x, [G, 1, n])) as tf.Tensor3D
}

/** [G, n] grades -> [G, n, n]: 1 where document i has a higher grade than document j, else 0. */
export function better(grades: tf.Tensor2D): tf.Tensor3D {
  return tf.cast(tf.greater(differences(grades), 0), 'float32')
}

/** sum(values * weights) / sum(weights), and 0 where all weights are 0. */
export function weightedMean(values: tf.Tensor, weights: tf.Tensor): tf.Scalar {
  return tf.div(tf.sum(tf.mul(values, weights)), tf.maximum(tf.sum(weights), 1e-12)) as tf.Scalar
}

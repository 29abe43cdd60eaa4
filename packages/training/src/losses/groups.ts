// Sums over the documents of a group, or over all its pairs. Every loss here is a mean over groups of each group's own
// loss, so that a batch in parts has the mean loss and gradient of the whole, and a short group weighs as a full one.
import * as tf from '@tensorflow/tfjs'

export interface Masked {
  /** [G, n]: 1 if a target is known, 0 if the document is left out; by default all are known */
  readonly mask?: tf.Tensor2D | undefined
}

/** [G, n] -> [G, n, n]: entry (g, i, j) is x_i - x_j. */
export function differences(x: tf.Tensor2D): tf.Tensor3D {
  const [G, n] = x.shape
  return tf.sub(tf.reshape(x, [G, n, 1]), tf.reshape(x, [G, 1, n])) as tf.Tensor3D
}

/** [G, n, n]: 1 if documents i and j are different and both known, else 0. */
export function pairsOf([G, n]: readonly [number, number], mask: tf.Tensor2D | undefined): tf.Tensor3D {
  const others = tf.sub(1, tf.eye(n))
  if (mask === undefined) return tf.tile(tf.reshape(others, [1, n, n]), [G, 1, 1])
  return tf.mul(others, tf.mul(tf.reshape(mask, [G, n, 1]), tf.reshape(mask, [G, 1, n]))) as tf.Tensor3D
}

/**
 * [G, n, n]: 1 if the target of document i is more than `gap` above that of document j and both are known,
 * else 0.
 */
export function better(targets: tf.Tensor2D, mask: tf.Tensor2D | undefined, gap = 0): tf.Tensor3D {
  const above = tf.cast(tf.greater(differences(targets), gap), 'float32')
  return tf.mul(above, pairsOf(targets.shape, mask)) as tf.Tensor3D
}

/** [G, n]: 1 for the known documents within `gap` of the highest known target of their group, else 0. */
export function best(targets: tf.Tensor2D, mask: tf.Tensor2D | undefined, gap = 0): tf.Tensor2D {
  const top = tf.max(without(targets, mask), 1, true)
  const near = tf.cast(tf.greaterEqual(targets, tf.sub(top, gap)), 'float32')
  return (mask === undefined ? near : tf.mul(near, mask)) as tf.Tensor2D
}

/** The values, with a very small one for documents that are left out, so that a softmax gives them nothing. */
export function without(values: tf.Tensor2D, mask: tf.Tensor2D | undefined): tf.Tensor2D {
  return mask === undefined ? values : tf.where(tf.greater(mask, 0), values, tf.fill(values.shape, -1e9))
}

/**
 * Mean over the groups of sum(values * weights) / sum(weights); a group whose weights are all 0 counts 0.
 * @param values [G, ...]
 * @param weights of the same shape
 */
export function groupMean(values: tf.Tensor, weights: tf.Tensor): tf.Scalar {
  const sums = (x: tf.Tensor) => tf.sum(tf.reshape(x, [x.shape[0]!, -1]), 1)
  return tf.mean(tf.div(sums(tf.mul(values, weights)), tf.maximum(sums(weights), 1e-12))) as tf.Scalar
}

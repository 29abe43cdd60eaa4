// A softmax over documents, many of which are no candidate of any query in the batch, is fitted to a given
// distribution.
import * as tf from '@tensorflow/tfjs'

/**
 * Mean over the queries of -sum_d wanted_d log softmax(logits)_d.
 * @param logits [queries, documents]
 * @param wanted [queries * documents], row-major; rows sum to 1
 */
export function softmaxLoss(logits: tf.Tensor2D, wanted: Float32Array): tf.Scalar {
  const right = tf.mul(tf.tensor2d(wanted, logits.shape), tf.logSoftmax(logits))
  return tf.neg(tf.div(tf.sum(right), logits.shape[0]))
}

// Cross entropy of a softmax against one right class a row, without ever making a one-hot matrix part of the gradient
// tape: with a vocabulary of thousands the logits are the largest tensor of a step.
import * as tf from '@tensorflow/tfjs'

/**
 * Mean over the rows with a target >= 0 of -log softmax(logits)[target]; 0 when there is none.
 * @param logits [N, V]
 * @param targets [N] int32, -1 where the row does not count
 */
export function sparseCrossEntropy(logits: tf.Tensor2D, targets: tf.Tensor1D): tf.Scalar {
  return tf.tidy(() => portable(logits, targets))
}

function portable(logits: tf.Tensor2D, targets: tf.Tensor1D): tf.Scalar {
  const [N, V] = logits.shape
  const counted = tf.cast(tf.greaterEqual(targets, 0), 'float32')
  const weight = tf.div(counted, tf.maximum(tf.sum(counted), 1)) // [N], sums to 1
  const hot = () => tf.oneHot(targets, V, 1, 0, 'float32') // a row of zeros for -1
  const loss = tf.customGrad((x: tf.Tensor, save: tf.GradSaveFunc) => {
    const normaliser = tf.logSumExp(x, -1)
    save([x, normaliser])
    const right = tf.sum(tf.mul(x, hot()), -1)
    const value = tf.sum(tf.mul(tf.sub(normaliser, right), weight))
    const gradFunc = (dy: tf.Tensor, [x, normaliser]: tf.Tensor[]) => {
      const p = tf.exp(tf.sub(x!, tf.reshape(normaliser!, [N, 1])))
      return tf.mul(tf.sub(p, hot()), tf.reshape(tf.mul(weight, dy), [N, 1]))
    }
    return { value, gradFunc: gradFunc as (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor }
  })
  return loss(logits) as tf.Scalar
}

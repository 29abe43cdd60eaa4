// Softmax cross entropy with one right class for each row, without a one-hot matrix in the gradient tape:
// with a vocabulary of thousands the logits are the largest tensor of a step.
import * as tf from '@tensorflow/tfjs'
import { differentiable } from '../differentiable.ts'
import { fusedOperations } from '../fused-operations.ts'

/**
 * Mean over the rows with a target >= 0 of -log softmax(logits)[target]; 0 when there is none.
 * @param logits [N, V]
 * @param targets [N] int32, -1 if the row does not count
 */
export function sparseCrossEntropy(logits: tf.Tensor2D, targets: tf.Tensor1D): tf.Scalar {
  const fused = fusedOperations().sparseCrossEntropy
  if (fused) return fused(logits, targets)
  return tf.tidy(() => portable(logits, targets))
}

/**
 * The gradient of `sparseCrossEntropy` by the logits, for code that computes them again in the backward pass.
 */
export function sparseCrossEntropyGradient(logits: tf.Tensor2D, targets: tf.Tensor1D): tf.Tensor2D {
  const fused = fusedOperations().sparseCrossEntropyGradient
  if (fused) return fused(logits, targets)
  return tf.tidy(() => {
    const counted = tf.cast(tf.greaterEqual(targets, 0), 'float32')
    const weight = tf.div(counted, tf.maximum(tf.sum(counted), 1))
    return tf.mul(tf.sub(tf.softmax(logits), hotRows(targets, logits.shape[1])), tf.reshape(weight, [-1, 1]))
  })
}

/**
 * [N] -> [N, V]: the wasm backend's oneHot writes outside its memory for -1 (any class will do, its weight is
 * 0) and returns integers.
 */
const hotRows = (targets: tf.Tensor, V: number) =>
  tf.cast(tf.oneHot(tf.maximum(targets, tf.scalar(0, 'int32')), V), 'float32')

function portable(logits: tf.Tensor2D, targets: tf.Tensor1D): tf.Scalar {
  const [N, V] = logits.shape
  return differentiable([logits], (save) => {
    const counted = tf.cast(tf.greaterEqual(targets, 0), 'float32')
    const weight = tf.div(counted, tf.maximum(tf.sum(counted), 1)) // [N], sums to 1
    const normaliser = tf.logSumExp(logits, -1)
    save([logits, targets, normaliser, weight])
    const right = tf.sum(tf.mul(logits, hotRows(targets, V)), -1)
    const value: tf.Scalar = tf.sum(tf.mul(tf.sub(normaliser, right), weight))
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [logits, targets, normaliser, weight] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
      const p = tf.exp(tf.sub(logits, tf.reshape(normaliser, [N, 1])))
      return tf.mul(tf.sub(p, hotRows(targets, V)), tf.reshape(tf.mul(weight, dy), [N, 1]))
    }
    return { value, gradFunc }
  })
}

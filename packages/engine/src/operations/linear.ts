// A dense layer whose weight lies as Hugging Face stores it: one row per output.
import * as tf from '@tensorflow/tfjs'
import { fusedOperations } from './fused-operations.ts'

/**
 * y = x W^T + b.
 * @param x [N, in]
 * @param weight [out, in]
 * @param bias [out]
 * @returns [N, out]
 */
export function linear(x: tf.Tensor2D, weight: tf.Tensor2D, bias?: tf.Tensor1D): tf.Tensor2D {
  const fused = fusedOperations()
  if (fused && bias) return fused.linear(x, weight, bias)
  return tf.tidy(() => {
    const y: tf.Tensor2D = tf.matMul(x, weight, false, true)
    return bias === undefined ? y : tf.add(y, bias)
  })
}

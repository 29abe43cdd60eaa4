// A dense layer whose weight lies as Hugging Face stores it: one row per output.
import * as tf from '@tensorflow/tfjs'

/**
 * y = x W^T + b.
 * @param x [N, in]
 * @param weight [out, in]
 * @param bias [out]
 * @returns [N, out]
 */
export function linear(x: tf.Tensor2D, weight: tf.Tensor2D, bias?: tf.Tensor1D): tf.Tensor2D {
  return tf.tidy(() => {
    const y = tf.matMul(x, weight, false, true)
    return bias === undefined ? y : tf.add(y, bias)
  })
}

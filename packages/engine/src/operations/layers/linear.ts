// A dense layer whose weight has Hugging Face's layout: one row for each output.
import * as tf from '@tensorflow/tfjs'
import { differentiable } from '../differentiable.ts'
import { fusedOperations } from '../fused-operations.ts'
import { isAdapted, type Matrix, thinProduct } from './adapted-matrix.ts'
import { type FrozenMatrix, isFrozen, widened } from './frozen-matrix.ts'

/**
 * y = x W^T + b.
 * @param x [N, in]
 * @param weight [out, in]; a frozen one has no gradient, of an adapted one only the thin matrices have one
 * @param bias [out]
 * @returns [N, out]
 */
export function linear(x: tf.Tensor2D, weight: Matrix, bias?: tf.Tensor1D): tf.Tensor2D {
  if (isAdapted(weight)) return tf.add(linear(x, weight.base, bias), thinProduct(x, weight))
  if (isFrozen(weight)) return frozenLinear(x, weight, bias)
  const fused = fusedOperations().linear
  if (fused && bias) return fused(x, weight, bias)
  return tf.tidy(() => {
    const y: tf.Tensor2D = tf.matMul(x, weight, false, true)
    return bias === undefined ? y : tf.add(y, bias)
  })
}

function frozenLinear(x: tf.Tensor2D, weight: FrozenMatrix, bias: tf.Tensor1D | undefined): tf.Tensor2D {
  const y = differentiable<tf.Tensor2D>([x], () => ({
    value: tf.tidy(() => tf.matMul(x, widened(weight), false, true)),
    gradFunc: (dy) => tf.tidy(() => tf.matMul(dy as tf.Tensor2D, widened(weight))),
  }))
  return bias === undefined ? y : tf.add(y, bias)
}

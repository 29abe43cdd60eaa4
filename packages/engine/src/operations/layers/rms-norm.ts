// Root-mean-square normalisation over the last axis (Zhang and Sennrich 2019), as LLaMA uses it.
import * as tf from '@tensorflow/tfjs'
import { fusedOperations } from '../fused-operations.ts'

/**
 * x / sqrt(mean(x^2) + eps) * gamma.
 * @param x [..., D]
 * @param gamma [D]
 */
export function rmsNorm<T extends tf.Tensor>(x: T, gamma: tf.Tensor1D, epsilon: number): T {
  const fused = fusedOperations().rmsNorm
  if (fused) return fused(x, gamma, epsilon)
  return tf.tidy(() => {
    const square = tf.mean(tf.square(x), -1, true)
    return tf.mul(tf.mul(x, tf.rsqrt(tf.add(square, epsilon))), gamma) as T
  })
}

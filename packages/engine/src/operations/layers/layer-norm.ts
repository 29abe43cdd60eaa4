// Layer normalisation over the last axis (Ba et al. 2016), as BERT uses it.
import * as tf from '@tensorflow/tfjs'
import { fusedOperations } from '../fused-operations.ts'

/**
 * (x - mean) / sqrt(variance + eps) * gamma + beta, with the population variance.
 * @param x [..., D]
 * @param gamma [D]
 * @param beta [D]
 */
export function layerNorm<T extends tf.Tensor>(
  x: T,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
): T {
  const fused = fusedOperations().layerNorm
  if (fused) return fused(x, gamma, beta, epsilon)
  return tf.tidy(() => {
    const centred = tf.sub(x, tf.mean(x, -1, true))
    const variance = tf.mean(tf.square(centred), -1, true)
    const normal = tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon)))
    return tf.add(tf.mul(normal, gamma), beta) as T
  })
}

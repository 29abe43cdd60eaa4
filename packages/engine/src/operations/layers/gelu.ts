// The Gaussian error linear unit (Hendrycks and Gimpel 2016) in the exact form that BERT uses: x times the normal
// distribution function of x.
import * as tf from '@tensorflow/tfjs'
import { fusedOperations } from '../fused-operations.ts'

/** x * (1 + erf(x / sqrt 2)) / 2, element by element. */
export function gelu<T extends tf.Tensor>(x: T): T {
  const fused = fusedOperations().gelu
  if (fused) return fused(x)
  return tf.tidy(() => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)) as T)
}

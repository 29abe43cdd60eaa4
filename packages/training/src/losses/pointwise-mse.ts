// The student's score is fitted to its target.
import * as tf from '@tensorflow/tfjs'
import { groupMean, type Masked } from './groups.ts'

/**
 * mean (s - t)^2 over the documents of each group, then over groups.
 * @param s [G, n] scores of the student
 * @param t [G, n] their targets
 */
export function pointwiseMse(s: tf.Tensor2D, t: tf.Tensor2D, { mask }: Masked = {}): tf.Scalar {
  return tf.tidy(() => groupMean(tf.square(tf.sub(s, t)), mask ?? tf.onesLike(s)))
}

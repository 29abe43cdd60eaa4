// The student's score is the teacher's score.
import * as tf from '@tensorflow/tfjs'

/**
 * mean (s - t)^2.
 * @param s [G, n] scores of the student
 * @param t [G, n] scores of the teacher
 */
export function pointwiseMse(s: tf.Tensor2D, t: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => tf.mean(tf.square(tf.sub(s, t))) as tf.Scalar)
}

// The student's margins are the teacher's margins (Hofstätter et al. 2020, Margin-MSE).
import * as tf from '@tensorflow/tfjs'
import { differences } from './pairs.ts'

/**
 * mean ((s_i - s_j) - (t_i - t_j))^2 over the ordered pairs i != j of each group; 0 for groups of one.
 * @param s [G, n] scores of the student
 * @param t [G, n] scores of the teacher
 */
export function marginMse(s: tf.Tensor2D, t: tf.Tensor2D): tf.Scalar {
  const [G, n] = s.shape
  return tf.tidy(() => {
    const error = tf.square(differences(tf.sub(s, t)))
    return tf.div(tf.sum(error), Math.max(1, G * n * (n - 1))) as tf.Scalar
  })
}

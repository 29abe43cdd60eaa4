// The student's margins are fitted to the teacher's margins (Hofstätter et al. 2020, Margin-MSE).
import * as tf from '@tensorflow/tfjs'
import { differences, groupMean, type Masked, pairsOf } from './groups.ts'

/**
 * mean ((s_i - s_j) - (t_i - t_j))^2 over the ordered pairs i != j of each group, then over groups; 0 for a group of one.
 * @param s [G, n] scores of the student
 * @param t [G, n] scores of the teacher
 */
export function marginMse(s: tf.Tensor2D, t: tf.Tensor2D, { mask }: Masked = {}): tf.Scalar {
  return tf.tidy(() => groupMean(tf.square(differences(tf.sub(s, t))), pairsOf(s.shape, mask)))
}

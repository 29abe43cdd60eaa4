// The probability that the better document wins is a logistic function of the score difference (Burges et al. 2005).
import * as tf from '@tensorflow/tfjs'
import { better, differences, weightedMean } from './pairs.ts'

/**
 * Mean of ln(1 + exp(s_j - s_i)) over the pairs with grade_i > grade_j; 0 where there is no such pair.
 * @param s [G, n]
 * @param grades [G, n]
 */
export function rankNet(s: tf.Tensor2D, grades: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => weightedMean(tf.softplus(tf.neg(differences(s))), better(grades)))
}

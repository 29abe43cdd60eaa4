// The probability that the better document wins is a logistic function of the score difference (Burges et al. 2005).
import * as tf from '@tensorflow/tfjs'
import { better, differences, groupMean, type Masked } from './groups.ts'

export interface RankNet extends Masked {
  /** pairs whose targets differ by no more than this are ignored; 0 by default */
  readonly gap?: number
}

/**
 * Mean of ln(1 + exp(s_j - s_i)) over the pairs of each group with target_i > target_j + gap, then over groups; a group
 * without such a pair counts 0.
 * @param s [G, n]
 * @param targets [G, n] grades, or a teacher's scores
 */
export function rankNet(s: tf.Tensor2D, targets: tf.Tensor2D, { gap, mask }: RankNet = {}): tf.Scalar {
  return tf.tidy(() => groupMean(tf.softplus(tf.neg(differences(s))), better(targets, mask, gap)))
}

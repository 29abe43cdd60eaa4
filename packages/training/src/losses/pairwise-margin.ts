// A better document scores higher by a margin (Joachims 2002; DisRanker, section 3.2).
import * as tf from '@tensorflow/tfjs'
import { best, better, differences, groupMean, type Masked } from './groups.ts'

export interface PairwiseMargin extends Masked {
  /** tau: the margin */
  readonly margin: number
  /** weight of the pairs whose better document does not have the highest target of its group; 1 by default */
  readonly lowWeight?: number
  /** pairs whose targets differ by no more than this are ignored; 0 by default */
  readonly gap?: number
}

/**
 * Weighted mean of max(0, margin - s_i + s_j) over the pairs of each group with target_i > target_j + gap, then over groups;
 * a group without such a pair counts 0.
 * @param s [G, n]
 * @param targets [G, n] grades, or a teacher's scores
 */
export function pairwiseMargin(
  s: tf.Tensor2D,
  targets: tf.Tensor2D,
  { margin, lowWeight = 1, gap, mask }: PairwiseMargin,
): tf.Scalar {
  const [G, n] = s.shape
  return tf.tidy(() => {
    const weight = tf.add(tf.mul(best(targets, mask), 1 - lowWeight), lowWeight)
    const pairs = tf.mul(better(targets, mask, gap), tf.reshape(weight, [G, n, 1]))
    return groupMean(tf.relu(tf.sub(margin, differences(s))), pairs)
  })
}

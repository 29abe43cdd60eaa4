// A document of a higher grade scores higher by a margin (Joachims 2002; DisRanker, section 3.2).
import * as tf from '@tensorflow/tfjs'
import { better, differences, weightedMean } from './pairs.ts'

export interface PairwiseMargin {
  /** tau: how much higher is enough */
  readonly margin: number
  /** weight of the pairs whose better document has not the highest grade of its group; 1 by default */
  readonly lowWeight?: number
}

/**
 * Weighted mean of max(0, margin - s_i + s_j) over the pairs with grade_i > grade_j; 0 where there is no such pair.
 * @param s [G, n]
 * @param grades [G, n]
 */
export function pairwiseMargin(
  s: tf.Tensor2D,
  grades: tf.Tensor2D,
  { margin, lowWeight = 1 }: PairwiseMargin,
): tf.Scalar {
  const [G, n] = s.shape
  return tf.tidy(() => {
    const best = tf.cast(tf.equal(grades, tf.max(grades, 1, true)), 'float32')
    const weight = tf.add(tf.mul(best, 1 - lowWeight), lowWeight)
    const pairs = tf.mul(better(grades), tf.reshape(weight, [G, n, 1]))
    return weightedMean(tf.relu(tf.sub(margin, differences(s))), pairs)
  })
}

// The documents with the highest target against the documents with lower ones (van den Oord et al. 2018).
import * as tf from '@tensorflow/tfjs'
import { best, groupMean, type Masked, without } from './groups.ts'

export interface InfoNce extends Masked {
  readonly temperature: number
  /** a target up to this far below the highest counts as equal; 0 by default */
  readonly gap?: number
}

/**
 * Mean over the best documents i of each group of
 * -log(exp(s_i / T) / (exp(s_i / T) + sum over the others j of exp(s_j / T))), then over groups; a group without others
 * counts 0.
 * @param s [G, n]
 * @param targets [G, n] grades, or a teacher's scores
 */
export function infoNce(
  s: tf.Tensor2D,
  targets: tf.Tensor2D,
  { temperature: T, gap, mask }: InfoNce,
): tf.Scalar {
  return tf.tidy(() => {
    const right = best(targets, mask, gap)
    const wrong = tf.sub(mask ?? 1, right) as tf.Tensor2D
    const x = tf.div(s, T) as tf.Tensor2D
    const others = tf.logSumExp(without(x, wrong), 1, true)
    // a group of one grade has no other document: there is nothing to compare
    const counted = tf.mul(right, tf.max(wrong, 1, true))
    return groupMean(tf.softplus(tf.sub(others, x)), counted)
  })
}

// Every document of the highest grade against the documents of lower grades (van den Oord et al. 2018).
import * as tf from '@tensorflow/tfjs'

/**
 * Mean over the documents i of their group's highest grade of
 * -log(exp(s_i / T) / (exp(s_i / T) + sum over lower-graded j of exp(s_j / T))); 0 for groups of one grade.
 * @param s [G, n]
 * @param grades [G, n]
 */
export function infoNce(
  s: tf.Tensor2D,
  grades: tf.Tensor2D,
  { temperature: T }: { readonly temperature: number },
): tf.Scalar {
  return tf.tidy(() => {
    const best = tf.cast(tf.equal(grades, tf.max(grades, 1, true)), 'float32')
    const x = tf.div(s, T)
    const others = tf.logSumExp(tf.sub(x, tf.mul(best, 1e9)), 1, true)
    // a group of one grade has no other document: nothing to tell apart
    const counted = tf.mul(best, tf.cast(tf.less(tf.min(best, 1, true), 0.5), 'float32'))
    const loss = tf.softplus(tf.sub(others, x))
    return tf.div(tf.sum(tf.mul(loss, counted)), tf.maximum(tf.sum(counted), 1)) as tf.Scalar
  })
}

// The student's distribution over the documents of a group is fitted to the teacher's (Hinton et al. 2015,
// with temperature).
import * as tf from '@tensorflow/tfjs'
import { type Masked, without } from './groups.ts'

/**
 * T^2 * mean over the groups of KL(softmax(t / T)
 *
 * softmax(s / T)). The factor makes the size of gradients independent of T.
 * @param s [G, n] scores of the student
 * @param t [G, n] scores of the teacher
 */
export function listwiseKl(
  s: tf.Tensor2D,
  t: tf.Tensor2D,
  { temperature: T, mask }: Masked & { readonly temperature: number },
): tf.Scalar {
  return tf.tidy(() => {
    const logs = (x: tf.Tensor2D) => tf.logSoftmax(without(tf.div(x, T) as tf.Tensor2D, mask))
    const teacher = logs(t)
    const divergence = tf.sum(tf.mul(tf.exp(teacher), tf.sub(teacher, logs(s))), 1)
    return tf.mul(tf.mean(divergence), T * T) as tf.Scalar
  })
}

// The student's distribution over the documents of a group is the teacher's (Hinton et al. 2015, with temperature).
import * as tf from '@tensorflow/tfjs'

/**
 * T^2 * mean over the groups of KL(softmax(t / T) || softmax(s / T)). The factor keeps gradients of one size at any T.
 * @param s [G, n] scores of the student
 * @param t [G, n] scores of the teacher
 */
export function listwiseKl(
  s: tf.Tensor2D,
  t: tf.Tensor2D,
  { temperature: T }: { readonly temperature: number },
): tf.Scalar {
  return tf.tidy(() => {
    const teacher = tf.logSoftmax(tf.div(t, T))
    const student = tf.logSoftmax(tf.div(s, T))
    const divergence = tf.sum(tf.mul(tf.exp(teacher), tf.sub(teacher, student)), 1)
    return tf.mul(tf.mean(divergence), T * T) as tf.Scalar
  })
}

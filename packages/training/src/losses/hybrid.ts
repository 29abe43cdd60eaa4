// The loss of DisRanker (section 3.3): scores and margins at once.
import { InputError } from '@disranker/stage'
import * as tf from '@tensorflow/tfjs'
import { marginMse } from './margin-mse.ts'
import { pointwiseMse } from './pointwise-mse.ts'

/**
 * alpha * pointwiseMse + (1 - alpha) * marginMse: alpha = 1 is pure point, alpha = 0 pure margin.
 * @param s [G, n] scores of the student
 * @param t [G, n] scores of the teacher
 * @throws {InputError} when alpha is not in 0 .. 1
 */
export function hybrid(s: tf.Tensor2D, t: tf.Tensor2D, { alpha }: { readonly alpha: number }): tf.Scalar {
  if (!(alpha >= 0 && alpha <= 1))
    throw new InputError(`The hybrid loss has alpha ${alpha}; wanted 0 (pure margin) .. 1 (pure point).`)
  if (alpha === 1) return pointwiseMse(s, t)
  if (alpha === 0) return marginMse(s, t)
  return tf.tidy(
    () => tf.add(tf.mul(alpha, pointwiseMse(s, t)), tf.mul(1 - alpha, marginMse(s, t))) as tf.Scalar,
  )
}

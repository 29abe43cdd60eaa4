// The loss of DisRanker (section 3.3): scores and margins at once.
import { InputError } from '@disranker/stage'
import * as tf from '@tensorflow/tfjs'
import type { Masked } from './groups.ts'
import { marginMse } from './margin-mse.ts'
import { pointwiseMse } from './pointwise-mse.ts'

/**
 * alpha * pointwiseMse + (1 - alpha) * marginMse: alpha = 1 is pure point, alpha = 0 pure margin.
 * @param s [G, n] scores of the student
 * @param t [G, n] scores of the teacher
 * @throws {InputError} when alpha is not in 0 .. 1
 */
export function hybrid(
  s: tf.Tensor2D,
  t: tf.Tensor2D,
  { alpha, mask }: Masked & { readonly alpha: number },
): tf.Scalar {
  if (!(alpha >= 0 && alpha <= 1))
    throw new InputError(`The hybrid loss has alpha ${alpha}; wanted 0 (pure margin) .. 1 (pure point).`)
  if (alpha === 1) return pointwiseMse(s, t, { mask })
  if (alpha === 0) return marginMse(s, t, { mask })
  return tf.tidy(() => {
    const [point, margin] = [pointwiseMse(s, t, { mask }), marginMse(s, t, { mask })]
    return tf.add(tf.mul(alpha, point), tf.mul(1 - alpha, margin)) as tf.Scalar
  })
}

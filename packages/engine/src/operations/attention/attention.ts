// Scaled dot-product attention (Vaswani et al. 2017) of all heads at once, also with fewer key heads than query heads
// (grouped queries, Ainslie et al. 2023): then the queries that share a key head are stacked as rows of one matrix, so no
// key is copied.
import * as tf from '@tensorflow/tfjs'
import type { AttentionMask } from '../fused-operations.ts'
import { attentionProbabilities } from './attention-probabilities.ts'

export interface AttentionOptions extends Omit<AttentionMask, 'scale'> {
  /** heads of k and v; `heads` by default. Query head h uses key head floor(h / (heads / keyHeads)) */
  readonly keyHeads?: number | undefined
  /** 1 / sqrt(d) by default */
  readonly scale?: number | undefined
}

/**
 * @param q [rows * heads, T, d]
 * @param k [rows * keyHeads, C, d]
 * @param v [rows * keyHeads, C, d]
 * @returns [rows * heads, T, d]
 */
export function attention(
  q: tf.Tensor3D,
  k: tf.Tensor3D,
  v: tf.Tensor3D,
  options: AttentionOptions,
): tf.Tensor3D {
  const { heads, keyHeads = heads } = options
  const [matrices, T, d] = q.shape
  const [keyMatrices, C] = k.shape
  if (heads % keyHeads !== 0 || matrices * keyHeads !== keyMatrices * heads)
    throw new Error(
      `attention: ${heads} query heads cannot share ${keyHeads} key heads with q [${q.shape}] and k [${k.shape}]`,
    )
  return tf.tidy(() => {
    const stacked = (matrices / keyMatrices) * T
    const scores = tf.matMul(tf.reshape(q, [keyMatrices, stacked, d]), k, false, true)
    const p = attentionProbabilities(tf.reshape(scores, [matrices, T, C]), {
      ...options,
      scale: options.scale ?? 1 / Math.sqrt(d),
    })
    return tf.reshape(tf.matMul(tf.reshape(p, [keyMatrices, stacked, C]), v), [matrices, T, d])
  })
}

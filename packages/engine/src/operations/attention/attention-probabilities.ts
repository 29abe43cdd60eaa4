// Turns scores of queries against keys into attention probabilities: scale, mask, softmax over the keys.
import * as tf from '@tensorflow/tfjs'
import type { AttentionMask } from '../fused-operations.ts'
import { fusedOperations } from '../fused-operations.ts'

/**
 * @param scores [rows * heads, T, C]: T queries, C keys
 * @returns probabilities of the same shape; each query's sum to 1 (or are all 0 if no key is visible)
 */
export function attentionProbabilities(scores: tf.Tensor3D, mask: AttentionMask): tf.Tensor3D {
  const { scale, heads, lengths } = mask
  const [matrices, T, C] = scores.shape
  if (lengths !== undefined && lengths.shape[0] !== matrices / heads)
    throw new Error(
      `lengths must have one entry a row: got ${lengths.shape[0]}, wanted ${matrices / heads} (heads ${heads})`,
    )
  const fused = fusedOperations().attentionProbabilities
  if (fused) return fused(scores, mask)
  return tf.tidy(() => {
    const scaled = tf.mul(scores, scale) as tf.Tensor3D
    const seen = attentionVisibility(scores.shape, mask)
    if (seen === undefined) return tf.softmax(scaled)
    const hidden = tf.mul(tf.sub(seen, 1), 1e9) // 0 or -1e9
    const shape: [number, number, number, number] = [matrices / heads, heads, T, C]
    const masked = tf.softmax(tf.add(tf.reshape(scaled, shape), hidden))
    // changes only rows without visible keys, which softmax makes uniform
    return tf.reshape(tf.mul(masked, seen), [matrices, T, C]) as tf.Tensor3D
  })
}

/**
 * 1 for visible keys, 0 for others, of a shape that broadcasts to [rows, heads, T, C]; undefined if all are
 * visible.
 */
export function attentionVisibility(
  [matrices, T, C]: readonly [number, number, number],
  { heads, lengths, causal = false, reach }: AttentionMask,
): tf.Tensor | undefined {
  const rows = matrices / heads
  const key = tf.range(0, C, 1, 'int32')
  const padding = lengths && tf.cast(tf.less(key, tf.reshape(lengths, [rows, 1, 1, 1])), 'float32')
  if (!causal && reach === undefined) return padding
  const query = tf.reshape(tf.range(C - T, C, 1, 'int32'), [1, 1, T, 1])
  const limits = [
    ...(causal ? [tf.lessEqual(key, query)] : []),
    ...(reach === undefined ? [] : [tf.lessEqual(tf.abs(tf.sub(key, query)), tf.scalar(reach, 'int32'))]),
  ]
  const near = tf.cast(limits.length === 1 ? limits[0]! : tf.logicalAnd(limits[0]!, limits[1]!), 'float32')
  return padding === undefined ? near : tf.mul(near, padding)
}

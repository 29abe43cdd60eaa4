// Causal self-attention with rotary positions, between its dense layers.
//   N = rows * T tokens, d head size
import { attention, type Frequencies, mergeHeads, rope, splitHeads } from '@disranker/engine'
import type * as tf from '@tensorflow/tfjs'

export interface RotaryAttention {
  /** rows of the batch */
  readonly rows: number
  readonly heads: number
  readonly keyHeads: number
  readonly angles: Frequencies
  /** a token sees only those so many places before it; all without it */
  readonly reach?: number | undefined
  /** the scores are multiplied by this; 1 / sqrt(d) when not given */
  readonly scale?: number | undefined
  /** what is done to queries and keys, head by head, before they turn */
  normalize?(x: tf.Tensor3D, part: 'q' | 'k'): tf.Tensor3D
}

/**
 * @param q [N, heads * d]
 * @param k [N, keyHeads * d]
 * @param v [N, keyHeads * d]
 * @returns [N, heads * d]
 */
export function rotaryAttention(
  q: tf.Tensor2D,
  k: tf.Tensor2D,
  v: tf.Tensor2D,
  { rows, heads, keyHeads, angles, reach, scale, normalize = (x) => x }: RotaryAttention,
): tf.Tensor2D {
  const turned = (x: tf.Tensor2D, part: 'q' | 'k', count: number) =>
    rope(normalize(splitHeads(x, rows, count), part), angles) // [rows * count, T, d]
  const [queries, keys] = [turned(q, 'q', heads), turned(k, 'k', keyHeads)]
  const options = { heads, keyHeads, causal: true, reach, scale }
  return mergeHeads(attention(queries, keys, splitHeads(v, rows, keyHeads), options), heads)
}

// Causal self-attention with rotary positions, between its dense layers.
//   N tokens of all texts, T rows of a matrix of attention, d head size
import {
  attention,
  type Frequencies,
  mergeHeads,
  rope,
  splitHeads,
  type TextLengths,
} from '@disranker/engine'
import type * as tf from '@tensorflow/tfjs'

export interface RotaryAttention {
  readonly texts: TextLengths
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
  { texts, heads, keyHeads, angles, reach, scale, normalize = (x) => x }: RotaryAttention,
): tf.Tensor2D {
  const turned = (x: tf.Tensor2D, part: 'q' | 'k', count: number) =>
    rope(normalize(splitHeads(x, texts, count), part), angles) // [rows * count, T, d]
  const [queries, keys] = [turned(q, 'q', heads), turned(k, 'k', keyHeads)]
  // what a short text ends in lies behind its tokens, which see back alone
  const options = { heads, keyHeads, causal: true, reach, scale }
  return mergeHeads(attention(queries, keys, splitHeads(v, texts, keyHeads), options), texts, heads)
}

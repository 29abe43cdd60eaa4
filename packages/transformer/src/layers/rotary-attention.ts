// Causal self-attention with rotary positions, from its input to the input of the dense layer after it.
//   N tokens of all texts, P computed ones, T rows of a matrix of attention, d head size
import {
  attention,
  embedding,
  type Frequencies,
  mergeHeads,
  rope,
  ropeAt,
  splitHeads,
} from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'
import type { TokenBatch } from '../token-batch.ts'
import type { Wanted } from './run-layers.ts'

export interface RotaryAttention {
  readonly batch: TokenBatch
  /** the tokens whose output is computed; all by default */
  readonly wanted?: Wanted | undefined
  readonly heads: number
  readonly keyHeads: number
  readonly angles: Frequencies
  /** attention window in positions back; none by default */
  readonly reach?: number | undefined
  /** factor of the scores; 1 / sqrt(d) by default */
  readonly scale?: number | undefined
  /** [N, D] -> [N, heads * d] of queries, [N, keyHeads * d] of keys and values */
  project(x: tf.Tensor2D, part: 'q' | 'k' | 'v'): tf.Tensor2D
  /** applied to queries and keys, in each head, before the rotation */
  normalize?(x: tf.Tensor3D, part: 'q' | 'k'): tf.Tensor3D
}

/**
 * @param x [N, D]
 * @returns [P, heads * d]
 */
export function rotaryAttention(x: tf.Tensor2D, options: RotaryAttention): tf.Tensor2D {
  const { batch, wanted, heads, keyHeads, angles, reach, scale, project, normalize = (x) => x } = options
  // [rows * keyHeads, T, d]
  const keys = rope(normalize(splitHeads(project(x, 'k'), batch, keyHeads), 'k'), angles)
  const values = splitHeads(project(x, 'v'), batch, keyHeads)
  if (wanted?.last && reach === undefined) {
    // one query for each text, which attends to all of its text
    const alone = { lengths: new Int32Array(batch.rows).fill(1), columns: 1 }
    const q = normalize(splitHeads(project(embedding(x, wanted.positions), 'q'), alone, heads), 'q')
    const positions = Int32Array.from(
      { length: q.shape[0] },
      (_, at) => batch.lengths[Math.floor(at / heads)]! - 1,
    )
    const turned = ropeAt(tf.reshape(q, [1, q.shape[0], q.shape[2]]), positions, angles)
    const lengths = tf.tensor1d(batch.lengths, 'int32')
    const mixed = attention(tf.reshape(turned, q.shape), keys, values, { heads, keyHeads, lengths, scale })
    return mergeHeads(mixed, alone, heads)
  }
  const queries = rope(normalize(splitHeads(project(x, 'q'), batch, heads), 'q'), angles)
  // the padding at the end of a short text's matrix is after its tokens, which only attend backwards
  const mixed = attention(queries, keys, values, { heads, keyHeads, causal: true, reach, scale })
  const merged = mergeHeads(mixed, batch, heads)
  return wanted === undefined ? merged : embedding(merged, wanted.positions)
}

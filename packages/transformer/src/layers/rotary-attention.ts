// Causal self-attention with rotary positions, from its input to the dense layer behind it.
//   N tokens of all texts, P of them wanted, T rows of a matrix of attention, d head size
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
  /** the tokens whose output is wanted; all when not given */
  readonly wanted?: Wanted | undefined
  readonly heads: number
  readonly keyHeads: number
  readonly angles: Frequencies
  /** a token sees only those so many positions before it; all without it */
  readonly reach?: number | undefined
  /** the scores are multiplied by this; 1 / sqrt(d) when not given */
  readonly scale?: number | undefined
  /** [N, D] -> [N, heads * d] of queries, [N, keyHeads * d] of keys and values */
  project(x: tf.Tensor2D, part: 'q' | 'k' | 'v'): tf.Tensor2D
  /** what is done to queries and keys, head by head, before they turn */
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
    // one query a text, which sees all of its text
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
  // what a short text's matrix ends in lies behind its tokens, which see back alone
  const mixed = attention(queries, keys, values, { heads, keyHeads, causal: true, reach, scale })
  const merged = mergeHeads(mixed, batch, heads)
  return wanted === undefined ? merged : embedding(merged, wanted.positions)
}

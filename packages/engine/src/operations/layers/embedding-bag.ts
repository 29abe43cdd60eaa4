// Sums of a table's rows: the vector of a text is the sum of its tokens' rows. As one operation it writes
// [texts, D] instead of [tokens, D], which for long texts is some hundred times as much memory.

import * as tf from '@tensorflow/tfjs'
import { differentiable } from '../differentiable.ts'
import type { Bags } from '../fused-operations.ts'
import { fusedOperations } from '../fused-operations.ts'

/**
 * Texts as bags.
 * @param weights one for each id of each text; 1 by default
 */
export function packBags(texts: readonly ArrayLike<number>[], weights?: readonly ArrayLike<number>[]): Bags {
  const starts = new Int32Array(texts.length + 1)
  for (const [at, text] of texts.entries()) starts[at + 1] = starts[at]! + text.length
  const ids = new Int32Array(starts.at(-1)!)
  for (const [at, text] of texts.entries()) ids.set(text, starts[at]!)
  if (weights === undefined) return { ids, starts }
  const packed = new Float32Array(ids.length)
  for (const [at, text] of weights.entries()) packed.set(text, starts[at]!)
  return { ids, starts, weights: packed }
}

/**
 * The gradient is dense, [V, D]: rows without an id get 0.
 * @param table [V, D]
 * @param bags ids from 0 to V - 1
 * @returns [texts, D]; a text without ids has a row of 0
 * @throws {Error} when an id is not a row of the table
 */
export function embeddingBag(table: tf.Tensor2D, bags: Bags): tf.Tensor2D {
  const { ids, starts, weights } = bags
  const [V, D] = table.shape
  for (const id of ids) if (!(id >= 0 && id < V)) throw new Error(`An id is ${id}; wanted 0 .. ${V - 1}.`)
  const fused = fusedOperations().embeddingBag
  if (fused) return fused(table, bags)
  const texts = starts.length - 1
  return differentiable([table], () => {
    const rows = table.dataSync<'float32'>()
    const sums = new Float32Array(texts * D)
    for (let text = 0; text < texts; text++)
      for (let token = starts[text]!; token < starts[text + 1]!; token++)
        addRow(sums, text * D, rows, ids[token]! * D, weights?.[token] ?? 1, D)
    return {
      value: tf.tensor2d(sums, [texts, D]),
      gradFunc(dy) {
        const dys = dy.dataSync<'float32'>()
        const gradient = new Float32Array(V * D)
        for (let text = 0; text < texts; text++)
          for (let token = starts[text]!; token < starts[text + 1]!; token++)
            addRow(gradient, ids[token]! * D, dys, text * D, weights?.[token] ?? 1, D)
        return tf.tensor2d(gradient, [V, D])
      },
    }
  })
}

function addRow(
  to: Float32Array,
  at: number,
  from: Float32Array,
  start: number,
  weight: number,
  D: number,
): void {
  for (let i = 0; i < D; i++) to[at + i]! += weight * from[start + i]!
}

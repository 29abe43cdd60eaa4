// Rows of a table by number: the embeddings of tokens, segments and positions.
import * as tf from '@tensorflow/tfjs'
import { fusedOperations } from '../fused-operations.ts'
import { type FrozenMatrix, isFrozen } from './frozen-matrix.ts'

/**
 * The gradient is dense, [V, D]: rows without an id get 0. Of a frozen table only the used rows are converted
 * to 32 bits.
 * @param table [V, D]
 * @param ids [N] int32, each from 0 to V - 1
 * @returns [N, D]
 */
export function embedding(table: tf.Tensor2D | FrozenMatrix, ids: tf.Tensor1D): tf.Tensor2D {
  if (isFrozen(table)) return frozenRows(table, ids)
  const fused = fusedOperations().embedding
  if (fused) return fused(table, ids)
  return tf.gather(table, ids)
}

function frozenRows({ shape: [V, D], rows }: FrozenMatrix, ids: tf.Tensor1D): tf.Tensor2D {
  const values = new Float32Array(ids.size * D)
  for (const [position, id] of ids.dataSync<'int32'>().entries()) {
    if (id < 0 || id >= V) throw new Error(`Id ${position} of ${ids.size} is ${id}; wanted 0 .. ${V - 1}.`)
    values.set(rows(id, id + 1), position * D)
  }
  return tf.tensor2d(values, [ids.size, D])
}

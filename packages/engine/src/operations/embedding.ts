// Rows of a table by number: the way tokens, segments and places enter the network.
import * as tf from '@tensorflow/tfjs'
import { fusedOperations } from './fused-operations.ts'

/**
 * The gradient is dense, [V, D]: rows that no id named get 0.
 * @param table [V, D]
 * @param ids [N] int32, each from 0 to V - 1
 * @returns [N, D]
 */
export function embedding(table: tf.Tensor2D, ids: tf.Tensor1D): tf.Tensor2D {
  const fused = fusedOperations()
  if (fused) return fused.embedding(table, ids)
  return tf.gather(table, ids)
}

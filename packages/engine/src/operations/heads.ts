// Between the two layouts of an attention layer: features of all heads side by side (what the dense layers see) and one
// matrix a head (what the products of attention see).
import * as tf from '@tensorflow/tfjs'
import { fusedOperations } from './fused-operations.ts'

/**
 * [rows * T, heads * d] -> [rows * heads, T, d]
 * @param rows rows of the batch
 */
export function splitHeads(x: tf.Tensor2D, rows: number, heads: number): tf.Tensor3D {
  const fused = fusedOperations()
  if (fused) return fused.splitHeads(x, rows, heads)
  const [T, d] = [x.shape[0] / rows, x.shape[1] / heads]
  return tf.tidy(() =>
    tf.reshape(tf.transpose(tf.reshape(x, [rows, T, heads, d]), [0, 2, 1, 3]), [rows * heads, T, d]),
  )
}

/** [rows * heads, T, d] -> [rows * T, heads * d], the inverse of `splitHeads`. */
export function mergeHeads(x: tf.Tensor3D, heads: number): tf.Tensor2D {
  const fused = fusedOperations()
  if (fused) return fused.mergeHeads(x, heads)
  const [rows, T, d] = [x.shape[0] / heads, x.shape[1], x.shape[2]]
  return tf.tidy(() =>
    tf.reshape(tf.transpose(tf.reshape(x, [rows, heads, T, d]), [0, 2, 1, 3]), [rows * T, heads * d]),
  )
}

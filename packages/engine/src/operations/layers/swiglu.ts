// The gated unit between the two dense layers of a LLaMA block (Shazeer 2020).
import * as tf from '@tensorflow/tfjs'
import { fusedOperations } from '../fused-operations.ts'

/** silu(gate) * up with silu(x) = x * sigmoid(x), element by element; both have the same shape. */
export function swiglu<T extends tf.Tensor>(gate: T, up: T): T {
  const fused = fusedOperations().swiglu
  if (fused) return fused(gate, up)
  return tf.tidy(() => tf.mul(tf.mul(gate, tf.sigmoid(gate)), up) as T)
}

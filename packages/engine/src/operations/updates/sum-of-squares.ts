// The square of the global norm of all gradients, for clipping.
import * as tf from '@tensorflow/tfjs'
import { fusedOperations } from '../fused-operations.ts'

/** Sum of the squares of all entries of all tensors, as a number; 0 for none. */
export function sumOfSquares(tensors: readonly tf.Tensor[]): number {
  const fused = fusedOperations().sumOfSquares
  if (fused) return fused(tensors)
  return tf.tidy(() => {
    // one read for all: on a GPU each would wait for the device
    const sums = tensors.map((tensor) => tf.sum(tf.square(tensor)))
    return sums.length === 0 ? 0 : tf.sum(tf.stack(sums)).dataSync()[0]!
  })
}

// A frozen matrix, stored outside the backend in the format of its file. It is converted to 32 bits when it
// is used, in the forward pass and again in the backward pass, so a backend whose heap ends at 4 GB can train
// a part of a larger model.
import * as tf from '@tensorflow/tfjs'

export interface FrozenMatrix {
  readonly frozen: true
  readonly shape: [rows: number, columns: number]
  /** values of some rows, in 32 bits */
  rows(from: number, to: number): Float32Array
}

export const isFrozen = (matrix: object): matrix is FrozenMatrix => 'frozen' in matrix

/** The whole matrix as a tensor, which the caller must dispose of. */
export const widened = (matrix: FrozenMatrix): tf.Tensor2D =>
  tf.tensor2d(matrix.rows(0, matrix.shape[0]), matrix.shape)

// A frozen matrix plus a trainable product of two thin ones: W + scale * up down (Hu et al. 2021,
// LoRA).
import * as tf from '@tensorflow/tfjs'
import { dropout } from './dropout.ts'
import { type FrozenMatrix, isFrozen } from './frozen-matrix.ts'

export interface AdaptedMatrix {
  readonly adapted: true
  readonly shape: [rows: number, columns: number]
  readonly base: tf.Tensor2D | FrozenMatrix
  /** [r, columns] */
  readonly down: tf.Tensor2D
  /** [rows, r] */
  readonly up: tf.Tensor2D
  readonly scale: number
  /** Dropout of the input of the thin product: its share and seed, requested at each use. */
  hides?(): { readonly share: number; readonly seed: number } | undefined
}

/** The weight of a dense layer. */
export type Matrix = tf.Tensor2D | FrozenMatrix | AdaptedMatrix

export const isAdapted = (matrix: object): matrix is AdaptedMatrix => 'adapted' in matrix

/** scale * x down^T up^T: the term that is added to x W^T. x [N, columns] -> [N, rows] */
export function thinProduct(x: tf.Tensor2D, { down, up, scale, hides }: AdaptedMatrix): tf.Tensor2D {
  return tf.tidy(() => {
    const hidden = hides?.()
    const seen = hidden === undefined ? x : dropout(x, hidden.share, hidden.seed)
    const narrow: tf.Tensor2D = tf.mul(tf.matMul(seen, down, false, true), scale) // [N, r]
    return tf.matMul(narrow, up, false, true)
  })
}

/** The single matrix that computes the same, row-major. */
export function merged({ base, down, up, scale }: AdaptedMatrix): Float32Array {
  const sum = tf.tidy(() => tf.mul(tf.matMul(up, down), scale).dataSync<'float32'>().slice())
  const values = isFrozen(base) ? base.rows(0, base.shape[0]) : base.dataSync<'float32'>()
  for (let i = 0; i < sum.length; i++) sum[i]! += values[i]!
  return sum
}

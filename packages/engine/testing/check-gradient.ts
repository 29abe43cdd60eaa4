// For tests: compares the gradient of an operation with finite differences, (f(x + h) - f(x - h)) / 2h at
// every entry.
import * as tf from '@tensorflow/tfjs'
import { expect } from 'vitest'
import { seededBy } from '../src/random.ts'

/**
 * @param run from tensors of `shapes` to one tensor, which is reduced to a number by a sum with a different
 * weight for every entry
 * @param bound largest absolute difference; single precision allows about 1e-3 for values around 1
 */
export function checkGradient(
  shapes: readonly number[][],
  run: (...inputs: tf.Tensor[]) => tf.Tensor,
  bound = 2e-3,
): void {
  const random = seededBy(11, 'gradient')
  const inputs = shapes.map((shape) =>
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => 2 * random.uniform() - 1),
  )
  const tensors = () => inputs.map((values, i) => tf.tensor(values.slice(), shapes[i]))
  const number = (...x: tf.Tensor[]): tf.Scalar => {
    const y = tf.reshape(run(...x), [-1])
    const weights = tf.cos(tf.range(0, y.size))
    return tf.sum(tf.mul(y, weights))
  }
  const gradients = tf.tidy(() =>
    tf
      .grads(number)(tensors())
      .map((gradient) => gradient.dataSync()),
  )
  const value = () => tf.tidy(() => Number(number(...tensors()).arraySync()))
  const h = 0.01
  for (const [i, values] of inputs.entries()) {
    for (const [at, x] of values.entries()) {
      values[at] = x + h
      const above = value()
      values[at] = x - h
      const below = value()
      values[at] = x
      const difference = (above - below) / (2 * h)
      expect(Math.abs(gradients[i]![at]! - difference), `input ${i}, entry ${at}`).toBeLessThan(bound)
    }
  }
}

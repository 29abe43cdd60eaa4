// For tests: compares the gradient of a network's output for every weight with finite differences, a few
// entries of each.
import * as tf from '@tensorflow/tfjs'
import { expect } from 'vitest'
import type { Weights } from '../src/weights.ts'

/**
 * @param output a number, computed from the current weights
 * @param absent names of the weights that do not affect it
 */
export function checkWeightGradients(
  weights: Weights,
  output: () => tf.Scalar,
  absent: readonly string[] = [],
): void {
  const gradients = new Map<string, Float32Array>()
  tf.tidy(() => {
    const { grads } = tf.variableGrads(output, [...weights.values()])
    for (const [name, weight] of weights) {
      const gradient = grads[weight.name]
      if (gradient) gradients.set(name, gradient.dataSync<'float32'>().slice())
    }
  })
  const h = 0.004
  for (const [name, weight] of weights) {
    const gradient = gradients.get(name)
    expect(gradient === undefined, `${name} takes part`).toBe(absent.includes(name))
    if (gradient === undefined) continue
    const values = weight.dataSync<'float32'>().slice()
    const valueWith = (at: number, value: number) => {
      const changed = values.slice()
      changed[at] = value
      return tf.tidy(() => {
        weight.assign(tf.tensor(changed, weight.shape))
        return output().dataSync()[0]!
      })
    }
    // the entry with the largest gradient and another
    const largest = gradient.reduce((best, x, i) => (Math.abs(x) > Math.abs(gradient[best]!) ? i : best), 0)
    for (const at of new Set([largest, Math.floor(values.length / 2)])) {
      const x = values[at]!
      const across = (h: number) => (valueWith(at, x + h) - valueWith(at, x - h)) / (2 * h)
      // of fourth order: the outputs are too curved for the plain quotient
      const difference = (4 * across(h) - across(2 * h)) / 3
      const bound = 2e-3 + 0.02 * Math.abs(difference)
      expect(
        Math.abs(gradient[at]! - difference),
        `${name}, entry ${at}: ${gradient[at]} for ${difference}`,
      ).toBeLessThan(bound)
    }
    tf.tidy(() => weight.assign(tf.tensor(values, weight.shape)))
  }
}

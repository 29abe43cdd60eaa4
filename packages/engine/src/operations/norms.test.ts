import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { checkGradient } from '../../testing/check-gradient.ts'
import { everyBackend } from '../../testing/contract.ts'
import { openBackend } from '../backends/open-backend.ts'
import { layerNorm } from './layers/layer-norm.ts'
import { rmsNorm } from './layers/rms-norm.ts'

describe.each(everyBackend)('%s', (backend) => {
  beforeAll(() => openBackend(backend))

  test('layer norm of 1, 2, 3: mean 2, variance 2/3', () => {
    const y = tf.tidy(() =>
      layerNorm(tf.tensor2d([[1, 2, 3]]), tf.tensor1d([1, 1, 2]), tf.tensor1d([0, 5, 1]), 0).arraySync(),
    )
    const s = Math.sqrt(1.5)
    for (const [i, value] of [-s, 5, 2 * s + 1].entries()) expect(y[0]![i]).toBeCloseTo(value, 5)
  })

  test('rms norm of 3, 4: root mean square sqrt(12.5)', () => {
    const y = tf.tidy(() => rmsNorm(tf.tensor2d([[3, 4]]), tf.tensor1d([1, 10]), 0).arraySync())
    expect(y[0]![0]).toBeCloseTo(3 / Math.sqrt(12.5), 5)
    expect(y[0]![1]).toBeCloseTo(40 / Math.sqrt(12.5), 4)
  })

  test('a row of zeros is held up by epsilon', () => {
    expect(tf.tidy(() => rmsNorm(tf.zeros([1, 3]), tf.ones([3]) as tf.Tensor1D, 1e-5).arraySync())).toEqual([
      [0, 0, 0],
    ])
  })

  test('gradients are those of finite differences', () => {
    checkGradient(
      [[2, 5], [5], [5]],
      (x, g, b) => layerNorm(x!, g as tf.Tensor1D, b as tf.Tensor1D, 1e-3),
      5e-3,
    )
    checkGradient([[2, 5], [5]], (x, g) => rmsNorm(x!, g as tf.Tensor1D, 1e-3), 5e-3)
  })
})

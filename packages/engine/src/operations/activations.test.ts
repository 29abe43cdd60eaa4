import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { checkGradient } from '../../testing/check-gradient.ts'
import { everyBackend } from '../../testing/contract.ts'
import { openBackend } from '../backends/open-backend.ts'
import { gelu } from './layers/gelu.ts'
import { geluTanh } from './layers/gelu-tanh.ts'
import { swiglu } from './layers/swiglu.ts'

describe.each(everyBackend)('%s', (backend) => {
  beforeAll(() => openBackend(backend))

  test('gelu has its slope at 0, where the value has no digits, and far out', () => {
    const x = [0, -0, 1e-38, -1e-38, 1e-20, 30, -30]
    const slopes = tf.tidy(() =>
      tf
        .grad((x) => gelu(x))(tf.tensor1d(x))
        .arraySync(),
    ) as number[]
    for (const [i, slope] of slopes.entries())
      expect(slope).toBeCloseTo([0.5, 0.5, 0.5, 0.5, 0.5, 1, 0][i]!, 6)
  })

  test('gelu is x times the normal distribution function, far out too', () => {
    const x = [0, 1, -1, 3, -2.5, 1e-4, 20, -1000]
    const wanted = [0, 0.8413447, -0.1586553, 2.9959503, -0.0155242, 5.00004e-5, 20, 0]
    const got = tf.tidy(() => gelu(tf.tensor1d(x)).arraySync())
    for (const [i, value] of wanted.entries()) expect(got[i], `gelu(${x[i]})`).toBeCloseTo(value, 6)
  })

  test('the form by tanh is near it, far out too', () => {
    const x = [0, 1, -1, 3, 20, -1000]
    const wanted = [0, 0.841192, -0.158808, 2.9963627, 20, 0]
    const got = tf.tidy(() => geluTanh(tf.tensor1d(x)).arraySync())
    for (const [i, value] of wanted.entries()) expect(got[i], `geluTanh(${x[i]})`).toBeCloseTo(value, 6)
  })

  test('a value that is not a number stays one that is not', () => {
    expect(tf.tidy(() => gelu(tf.tensor1d([Number.NaN, 1])).arraySync())[0]).toBeNaN()
    expect(tf.tidy(() => swiglu(tf.tensor1d([1]), tf.tensor1d([Number.NaN])).arraySync())[0]).toBeNaN()
  })

  test('swiglu: silu(2) * 3 = 6 / (1 + e^-2)', () => {
    const y = tf.tidy(() => swiglu(tf.tensor1d([2, 0, -100]), tf.tensor1d([3, 5, 1])).arraySync())
    expect(y[0]).toBeCloseTo(6 / (1 + Math.exp(-2)), 5)
    expect(y[1]).toBe(0)
    expect(y[2]).toBeCloseTo(0, 6)
  })

  test('gradients are those of finite differences', () => {
    checkGradient([[7]], (x) => gelu(x!))
    checkGradient([[7]], (x) => geluTanh(x!))
    checkGradient([[5], [5]], (gate, up) => swiglu(gate!, up!))
  })
})

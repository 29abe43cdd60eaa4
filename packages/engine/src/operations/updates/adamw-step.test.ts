import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { everyBackend } from '../../../testing/contract.ts'
import { type BackendName, openBackend } from '../../backends/open-backend.ts'
import type { AdamwNumbers } from '../fused-operations.ts'
import { adamwStep } from './adamw-step.ts'
import { sumOfSquares } from './sum-of-squares.ts'

const numbers: AdamwNumbers = {
  learningRate: 0.1,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0.5,
  step: 1,
  gradientScale: 0.5,
}

const slotOf = (values: number[]) => ({
  weight: tf.variable(tf.tensor1d(values)),
  mean: tf.variable(tf.zeros([values.length]), false),
  square: tf.variable(tf.zeros([values.length]), false),
})

describe.each<BackendName>(['wasm-stock', ...everyBackend])('%s', (backend) => {
  beforeAll(() => openBackend(backend))

  test('two steps worked by hand', () => {
    const slot = slotOf([1, -2, 0, 0, 1])
    const gradient = tf.tensor1d([4, -4, 0, 4, 4])
    const first = { ...numbers, step: 1 }
    adamwStep(slot, gradient, first)
    // g = 2: mean .2, square .04; corrected both ways, the move is 0.1 * 2 / 2; the weight shrinks by 5 %
    expect(Array.from(slot.weight.dataSync())).toEqual(
      [0.85, -1.8, 0, -0.1, 0.85].map((v) => expect.closeTo(v, 5)),
    )
    expect(slot.mean.dataSync()[0]).toBeCloseTo(0.2, 6)
    expect(slot.square.dataSync()[0]).toBeCloseTo(0.04, 6)
    adamwStep(slot, tf.zerosLike(gradient), { ...numbers, step: 2 })
    // mean .18 / .19, square .0396 / .0199
    const move = (0.1 * (0.18 / 0.19)) / Math.sqrt(0.0396 / 0.0199)
    expect(slot.weight.dataSync()[0]).toBeCloseTo(0.85 * 0.95 - move, 5)
  })

  test('a clone made before keeps its values', () => {
    const slot = slotOf([1, 2, 3])
    const [weight, mean] = [slot.weight.clone(), slot.mean.clone()]
    adamwStep(slot, tf.ones([3]), numbers)
    expect(Array.from(weight.dataSync())).toEqual([1, 2, 3])
    expect(Array.from(mean.dataSync())).toEqual([0, 0, 0])
    expect(slot.weight.dataSync()[0]).not.toBe(1)
  })

  test('steps leave no tensor behind', () => {
    const slot = slotOf([1, 2, 3])
    const gradient = tf.ones([3])
    const before = tf.memory().numTensors
    for (let step = 1; step <= 3; step++) adamwStep(slot, gradient, { ...numbers, step })
    expect(tf.memory().numTensors).toBe(before)
  })

  test('sum of squares of many tensors', () => {
    expect(sumOfSquares([tf.tensor1d([1, 2, 3, 4, 5]), tf.tensor2d([[2, 0]])])).toBeCloseTo(59, 4)
    expect(sumOfSquares([])).toBe(0)
  })
})

import { openBackend } from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, expect, it } from 'vitest'
import { createEncoder } from '../encoder/encoder.ts'
import { packBatch } from '../token-batch.ts'
import { fakeBytes, fakeRows } from './fake-quantization.ts'

beforeAll(() => openBackend('cpu'))

const values = (run: () => tf.Tensor) => Array.from(tf.tidy(() => run().dataSync()))
const close = (numbers: readonly number[]) => numbers.map((value) => expect.closeTo(value, 5))

it('rounds each row of a weight to 127 steps of its largest value', () => {
  const rows = () =>
    fakeRows(
      tf.tensor2d([
        [1.27, -0.004, 0.016],
        [0, 0, 0],
        [-12.7, 0.04, 6.32],
      ]),
    )
  expect(values(rows)).toEqual(close([1.27, 0, 0.02, 0, 0, 0, -12.7, 0, 6.3]))
})

it('rounds an activation to 255 steps of its range, of which 0 is one', () => {
  // low -1, high 1.55: a step is .01, and 0 is byte 100
  expect(values(() => fakeBytes(tf.tensor2d([[-1, 1.55, 0.004, -0.006, 0.3]])))).toEqual(
    close([-1, 1.55, 0, -0.01, 0.3]),
  )
  // a range that 0 is not in grows to it
  expect(values(() => fakeBytes(tf.tensor2d([[2.55, 1.004]])))).toEqual(close([2.55, 1]))
  expect(values(() => fakeBytes(tf.zeros([1, 3])))).toEqual([0, 0, 0])
})

it('lets the gradient through', () => {
  for (const fake of [fakeRows, fakeBytes]) {
    const gradient = () =>
      tf.grad((x: tf.Tensor) => tf.sum(tf.square(fake(x as tf.Tensor2D))))(tf.tensor2d([[1.27, -0.006]]))
    // of the rounded values
    const rounded = values(() => fake(tf.tensor2d([[1.27, -0.006]])))
    expect(values(gradient)).toEqual(close(rounded.map((value) => 2 * value)))
  }
})

it('an encoder scores in int8 what it scores in float32 but for the rounding, and every weight learns', () => {
  const sizes = { vocab_size: 12, hidden_size: 8, intermediate_size: 16, max_position_embeddings: 8 }
  const rest = { num_hidden_layers: 2, num_attention_heads: 2, type_vocab_size: 1, layer_norm_eps: 1e-6 }
  const config = {
    model_type: 'bert',
    ...sizes,
    ...rest,
    hidden_act: 'gelu',
    initialization: 'scaled',
  } as const
  const encoder = createEncoder(config, { seed: 3 })
  const batch = packBatch([5, 6, 7].map((id) => ({ ids: [1, id, 9, 2], typeIds: [0, 0, 0, 0] })))
  const float = values(() => encoder.score(batch))
  const int8 = values(() => encoder.score(batch, { int8: true }))
  expect(int8).not.toEqual(float)
  for (const [i, score] of int8.entries()) expect(Math.abs(score - float[i]!)).toBeLessThan(0.1)
  const before = tf.memory().numTensors
  tf.tidy(() => {
    const loss = () => tf.sum(tf.square(encoder.score(batch, { int8: true }))) as tf.Scalar
    const { grads } = tf.variableGrads(loss, [...encoder.weights.values()])
    expect(Object.values(grads).every((gradient) => gradient !== null)).toBe(true)
  })
  expect(tf.memory().numTensors).toBe(before)
  encoder.dispose()
})

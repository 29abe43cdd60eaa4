// Frozen matrices and chunked logits give what plain ones give, values and gradients.
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { everyBackend } from '../../../testing/contract.ts'
import { openBackend } from '../../backends/open-backend.ts'
import { seededBy } from '../../random.ts'
import { chunkedCrossEntropy } from '../losses/chunked-cross-entropy.ts'
import { sparseCrossEntropy } from '../losses/sparse-cross-entropy.ts'
import { embedding } from './embedding.ts'
import type { FrozenMatrix } from './frozen-matrix.ts'
import { linear } from './linear.ts'

const draw = (name: string, size: number) => {
  const random = seededBy(3, name)
  return Float32Array.from({ length: size }, () => random.normal())
}
const [N, D, V] = [7, 5, 11]
const table = draw('table', V * D)
const frozen: FrozenMatrix = {
  frozen: true,
  shape: [V, D],
  rows: (from, to) => table.subarray(from * D, to * D),
}
const targets = Int32Array.of(3, 0, 10, 3, 7, 1, 5)
const near = (got: tf.Tensor, wanted: tf.Tensor) => {
  expect(got.shape).toEqual(wanted.shape)
  const values = wanted.dataSync()
  for (const [i, x] of got.dataSync().entries()) expect(x).toBeCloseTo(values[i]!, 5)
}

describe.each(everyBackend)('%s', (backend) => {
  beforeAll(async () => {
    await openBackend(backend)
  })

  test('linear and embedding', () => {
    const before = tf.memory().numTensors
    tf.tidy(() => {
      const x = tf.tensor2d(draw('x', N * D), [N, D])
      const plain = tf.tensor2d(table, [V, D])
      const bias = tf.tensor1d(draw('bias', V))
      const weigh = tf.tensor2d(draw('weigh', N * V), [N, V])
      near(linear(x, frozen, bias), linear(x, plain, bias))
      const by = (matrix: tf.Tensor2D | FrozenMatrix) =>
        tf.grad((x) => tf.sum(tf.mul(linear(x as tf.Tensor2D, matrix, bias), weigh)))(x)
      near(by(frozen), by(plain))
      const ids = tf.tensor1d([10, 0, 4, 4], 'int32')
      near(embedding(frozen, ids), embedding(plain, ids))
      expect(() => embedding(frozen, tf.tensor1d([1, 11], 'int32'))).toThrow(
        /Id 1 of 2 is 11; wanted 0 .. 10/,
      )
    })
    expect(tf.memory().numTensors).toBe(before)
  })

  test.each([1, 3, 7, 100])('cross entropy of %i rows at a time', (rows) => {
    const before = tf.memory().numTensors
    tf.tidy(() => {
      const hidden = tf.tensor2d(draw('hidden', N * D), [N, D])
      const plain = tf.tensor2d(table, [V, D])
      const whole = (h: tf.Tensor, t: tf.Tensor) =>
        sparseCrossEntropy(linear(h as tf.Tensor2D, t as tf.Tensor2D), tf.tensor1d(targets, 'int32'))
      // by a factor, so that what comes from behind is taken along
      const wanted = tf.valueAndGrads((h, t) => tf.mul(whole(h!, t!), 3))([hidden, plain])
      const got = tf.valueAndGrads((h, t) =>
        tf.mul(chunkedCrossEntropy(h as tf.Tensor2D, t as tf.Tensor2D, targets, rows), 3),
      )([hidden, plain])
      near(got.value, wanted.value)
      for (const i of [0, 1]) near(got.grads[i]!, wanted.grads[i]!)
      const held = tf.valueAndGrads((h) =>
        tf.mul(chunkedCrossEntropy(h as tf.Tensor2D, frozen, targets, rows), 3),
      )([hidden])
      near(held.value, wanted.value)
      near(held.grads[0]!, wanted.grads[0]!)
    })
    expect(tf.memory().numTensors).toBe(before)
  })
})

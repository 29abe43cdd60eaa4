import * as tf from '@tensorflow/tfjs'
import { beforeAll, expect, test } from 'vitest'
import { embedding } from '../../operations/layers/embedding.ts'
import { sparseCrossEntropy } from '../../operations/losses/sparse-cross-entropy.ts'
import { openBackend } from '../open-backend.ts'

beforeAll(() => openBackend('wasm'))

test('what has no room is refused, and the backend goes on', () => {
  const before = tf.backend().numDataIds()
  // 4.4 GB: malloc itself would see 0.1 GB
  expect(() => tf.zeros([1100, 1000, 1000])).toThrow('The wasm heap has no room for 4196 MB more')
  expect(tf.backend().numDataIds()).toBe(before)
  expect(tf.tidy(() => tf.add([1, 2], 3).arraySync())).toEqual([4, 5])
})

test('a clone shares memory, and reads the same', () => {
  tf.tidy(() => {
    // other tests of this process may have left some
    const { numTensors, numDataBuffers } = tf.memory()
    const x = tf.tensor1d([1, 2, 3])
    const clone = x.clone()
    const after = tf.memory()
    expect([after.numTensors - numTensors, after.numDataBuffers - numDataBuffers]).toEqual([2, 1])
    x.dispose()
    expect(clone.arraySync()).toEqual([1, 2, 3])
  })
})

test('a target that is no class is refused', () => {
  const targets = tf.tensor1d([1, 3], 'int32')
  expect(() => sparseCrossEntropy(tf.zeros([2, 3]), targets)).toThrow('Target 1 is 3; wanted -1 .. 2.')
})

test('ids outside a table are refused', () => {
  expect(() => tf.tidy(() => embedding(tf.zeros([3, 2]), tf.tensor1d([0, 3], 'int32')))).toThrow(
    'wanted 0 .. 2',
  )
})

// Operations at the two ends of a network: tables of tokens and positions, dense layers, the loss over a vocabulary.
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { checkGradient } from '../../testing/check-gradient.ts'
import { everyBackend } from '../../testing/contract.ts'
import { openBackend } from '../backends/open-backend.ts'
import { rope, ropeAt } from './attention/rope.ts'
import { embedding } from './layers/embedding.ts'
import { linear } from './layers/linear.ts'
import { sparseCrossEntropy } from './losses/sparse-cross-entropy.ts'

const [one, two, three] = [
  (x: tf.Tensor | undefined) => x as tf.Tensor1D,
  (x: tf.Tensor | undefined) => x as tf.Tensor2D,
  (x: tf.Tensor | undefined) => x as tf.Tensor3D,
]

describe.each(everyBackend)('%s', (backend) => {
  beforeAll(() => openBackend(backend))

  test('embedding takes rows; its gradient adds up what rows got, and gives 0 to the others', () => {
    const table = tf.tensor2d([
      [1, 2],
      [3, 4],
      [5, 6],
    ])
    const ids = tf.tensor1d([2, 0, 2], 'int32')
    expect(embedding(table, ids).arraySync()).toEqual([
      [5, 6],
      [1, 2],
      [5, 6],
    ])
    const gradient = tf.grad((x) => tf.sum(embedding(two(x), ids)))(table)
    expect(gradient.arraySync()).toEqual([
      [1, 1],
      [0, 0],
      [2, 2],
    ])
  })

  test('a dense layer reads its weight one row per output', () => {
    const weight = tf.tensor2d([
      [1, 10],
      [2, 20],
      [3, 30],
    ])
    const y = linear(tf.tensor2d([[1, 1]]), weight, tf.tensor1d([0, 0.5, 1]))
    expect(y.arraySync()).toEqual([[11, 22.5, 34]])
  })

  test('rope of rows at positions of their own is that of those rows', () => {
    const x = tf.randomNormal<tf.Rank.R3>([2, 5, 6], 0, 1, 'float32', 3)
    const positions = Int32Array.of(4, 1, 1)
    const rows = (x: tf.Tensor3D) => tf.gather(x, tf.tensor1d(positions, 'int32'), 1)
    const wanted = rows(rope(x, 100)).dataSync()
    for (const [i, value] of ropeAt(rows(x), positions, 100).dataSync().entries())
      expect(value).toBeCloseTo(wanted[i]!, 6)
    expect(() => ropeAt(x, positions, 100)).toThrow('3 positions for 5 rows')
  })

  test('rope turns a pair by a position times its frequency', () => {
    const x = tf.tensor3d([
      [
        [1, 1, 0, 0],
        [1, 1, 0, 0],
      ],
    ])
    const [still, turned] = rope(x, 100).arraySync()[0]!
    expect(still).toEqual([1, 1, 0, 0])
    // feature 0 goes with 2 at angle 1, feature 1 with 3 at angle 100^(-1/2)
    const wanted = [Math.cos(1), Math.cos(0.1), Math.sin(1), Math.sin(0.1)]
    for (const [i, value] of wanted.entries()) expect(turned![i]).toBeCloseTo(value, 6)
  })

  test('cross entropy: mean over the rows that count', () => {
    const logits = tf.tensor2d([
      [0, 0, 0, 0],
      [Math.log(7), 0, 0, 0],
      [9, 9, 0, 9],
    ])
    const loss = (...targets: number[]) =>
      sparseCrossEntropy(logits, tf.tensor1d(targets, 'int32')).arraySync()
    expect(loss(3, 0, -1)).toBeCloseTo((Math.log(4) + Math.log(10 / 7)) / 2, 5)
    expect(loss(-1, -1, -1)).toBe(0)
    const nothing = tf.tensor2d([[Number.NaN, 1, 2]])
    expect(sparseCrossEntropy(nothing, tf.tensor1d([1], 'int32')).arraySync()).toBeNaN()
  })

  test('gradients are those of finite differences', () => {
    checkGradient([[3, 4], [2, 4], [2]], (x, w, b) => linear(two(x), two(w), one(b)))
    checkGradient([[2, 3, 4]], (x) => rope(three(x), 100))
    checkGradient([[2, 3, 4]], (x) => ropeAt(three(x), Int32Array.of(5, 0, 2), 100))
    checkGradient([[3, 5]], (x) => sparseCrossEntropy(two(x), tf.tensor1d([4, -1, 0], 'int32')))
  })
})

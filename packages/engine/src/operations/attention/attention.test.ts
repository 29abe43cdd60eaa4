import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { checkGradient } from '../../../testing/check-gradient.ts'
import { everyBackend } from '../../../testing/contract.ts'
import { openBackend } from '../../backends/open-backend.ts'
import { attention } from './attention.ts'
import { attentionProbabilities } from './attention-probabilities.ts'
import { mergeHeads, splitHeads } from './heads.ts'

const three = (x: tf.Tensor | undefined) => x as tf.Tensor3D

describe.each(everyBackend)('%s', (backend) => {
  beforeAll(() => openBackend(backend))

  test('probabilities are softmax of what is seen', () => {
    const scores = tf.tensor3d([[[0, 2 * Math.log(3), 8]]]) // one query, three keys
    const lengths = tf.tensor1d([2], 'int32')
    const p = attentionProbabilities(scores, { scale: 0.5, heads: 1, lengths }).arraySync()[0]![0]!
    expect(p[0]).toBeCloseTo(0.25, 6) // 1 : 3 : padding
    expect(p[1]).toBeCloseTo(0.75, 6)
    expect(p[2]).toBe(0)
  })

  test('causal: equal scores are shared among the keys up to the position', () => {
    const p = attentionProbabilities(tf.zeros([1, 3, 3]), {
      scale: 1,
      heads: 1,
      causal: true,
    }).arraySync()[0]!
    const wanted = [
      [1, 0, 0],
      [1 / 2, 1 / 2, 0],
      [1 / 3, 1 / 3, 1 / 3],
    ]
    for (const [t, row] of wanted.entries())
      for (const [c, value] of row.entries()) expect(p[t]![c]).toBeCloseTo(value, 6)
  })

  test('reach: a query sees only keys so many positions away, on both sides or before it', () => {
    const p = (causal: boolean) =>
      attentionProbabilities(tf.zeros([1, 4, 4]), { scale: 1, heads: 1, causal, reach: 1 }).arraySync()[0]!
    expect(p(true)[2]).toEqual([0, 0.5, 0.5, 0])
    expect(p(false)[3]).toEqual([0, 0, 0.5, 0.5])
    for (const value of p(false)[1]!.slice(0, 3)) expect(value).toBeCloseTo(1 / 3, 6)
    expect(p(false)[1]![3]).toBe(0)
  })

  test('a row of length 0 attends to nothing', () => {
    const lengths = tf.tensor1d([0], 'int32')
    const p = attentionProbabilities(tf.ones([1, 1, 3]), { scale: 1, heads: 1, lengths })
    expect(p.arraySync()).toEqual([[[0, 0, 0]]])
  })

  test('lengths of another number of rows are refused', () => {
    const lengths = tf.tensor1d([1, 1], 'int32')
    expect(() => attentionProbabilities(tf.ones([2, 1, 3]), { scale: 1, heads: 2, lengths })).toThrow(
      'lengths must have one entry a row: got 2, wanted 1',
    )
  })

  test('heads are taken apart and put together again', () => {
    const x = tf.tensor2d([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ])
    const texts = { lengths: Int32Array.of(2), columns: 2 }
    const split = splitHeads(x, texts, 2)
    expect(split.arraySync()).toEqual([
      [
        [0, 1],
        [4, 5],
      ],
      [
        [2, 3],
        [6, 7],
      ],
    ])
    expect(mergeHeads(split, texts, 2).arraySync()).toEqual(x.arraySync())
  })

  test('heads of a short text end in zeros, whose values nothing reads', () => {
    const x = tf.tensor2d([
      [0, 1],
      [2, 3],
      [4, 5],
    ]) // one token, then two
    const texts = { lengths: Int32Array.of(1, 2), columns: 3 }
    const split = splitHeads(x, texts, 2)
    expect(split.arraySync().flat()).toEqual([[0], [0], [0], [1], [0], [0], [2], [4], [0], [3], [5], [0]])
    const padding = tf.tensor3d(
      Array.from(split.dataSync(), (value) => value || 9),
      [4, 3, 1],
    )
    expect(mergeHeads(padding, texts, 2).arraySync()).toEqual([
      [9, 1],
      [2, 3],
      [4, 5],
    ])
  })

  test('texts of other lengths than the tokens are refused', () => {
    const lengths = Int32Array.of(3, 1)
    expect(() => splitHeads(tf.ones([5, 2]), { lengths, columns: 3 }, 1)).toThrow(
      'texts of 4 tokens in all, the longest of 3; wanted 5 in all and at most 3 each',
    )
    expect(() => splitHeads(tf.ones([4, 2]), { lengths, columns: 2 }, 1)).toThrow('at most 2 each')
  })

  test('query heads that share a key head give what copied key heads give', () => {
    const q = tf.randomNormal<tf.Rank.R3>([4, 3, 2], 0, 1, 'float32', 1)
    const [k, v] = [2, 3].map((seed) => tf.randomNormal<tf.Rank.R3>([2, 3, 2], 0, 1, 'float32', seed))
    const copied = (x: tf.Tensor3D) => tf.gather(x, tf.tensor1d([0, 0, 1, 1], 'int32'))
    const shared = attention(q, k!, v!, { heads: 4, keyHeads: 2, causal: true }).dataSync()
    const plain = attention(q, copied(k!), copied(v!), { heads: 4, causal: true }).dataSync()
    for (const [i, value] of plain.entries()) expect(shared[i]).toBeCloseTo(value, 5)
  })

  test('gradients are those of finite differences', () => {
    const options = { heads: 2, keyHeads: 1, lengths: tf.tensor1d([2], 'int32') }
    const shapes = [
      [2, 2, 3],
      [1, 3, 3],
      [1, 3, 3],
    ]
    checkGradient(shapes, (q, k, v) => attention(three(q), three(k), three(v), options))
    const texts = { lengths: Int32Array.of(1, 3), columns: 3 }
    checkGradient([[4, 6]], (x) => splitHeads(x as tf.Tensor2D, texts, 3))
    checkGradient([[4, 3, 2]], (x) => mergeHeads(three(x), texts, 2))
  })
})

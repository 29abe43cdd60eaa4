// One suite for every backend that loads here: each operation's values and gradients are those of the plain cpu backend,
// at sizes that are and are not multiples of the four floats of a SIMD register, and nothing is left on the heap.
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { backends, expectEqual, type Measured } from '../../testing/contract.ts'
import { attention } from '../operations/attention/attention.ts'
import { attentionProbabilities } from '../operations/attention/attention-probabilities.ts'
import { mergeHeads, splitHeads } from '../operations/attention/heads.ts'
import { rope } from '../operations/attention/rope.ts'
import { embedding } from '../operations/layers/embedding.ts'
import { gelu } from '../operations/layers/gelu.ts'
import { geluTanh } from '../operations/layers/gelu-tanh.ts'
import { layerNorm } from '../operations/layers/layer-norm.ts'
import { linear } from '../operations/layers/linear.ts'
import { rmsNorm } from '../operations/layers/rms-norm.ts'
import { swiglu } from '../operations/layers/swiglu.ts'
import { sparseCrossEntropy } from '../operations/losses/sparse-cross-entropy.ts'
import { seededBy } from '../random.ts'
import { openBackend } from './open-backend.ts'

interface Case {
  readonly shapes: number[][]
  readonly run: (...inputs: tf.Tensor[]) => tf.Tensor
  /** inputs are multiplied by it; 1 when not given */
  readonly spread?: number
}

const [t1, t2, t3] = [
  (x: tf.Tensor | undefined) => x as tf.Tensor1D,
  (x: tf.Tensor | undefined) => x as tf.Tensor2D,
  (x: tf.Tensor | undefined) => x as tf.Tensor3D,
]
const lengths = (...values: number[]) => tf.tensor1d(values, 'int32')
const texts = (columns: number, ...lengths: number[]) => ({ lengths: Int32Array.from(lengths), columns })

// TensorFlow.js has no gradient by a matrix that is shared over the batch
const ramp = (shape: number[]) => tf.reshape(tf.linspace(-1, 1, tf.util.sizeFromShape(shape)), shape)

const cases: Record<string, Case> = {
  'linear 8 -> 12': { shapes: [[6, 8], [12, 8], [12]], run: (x, w, b) => linear(t2(x), t2(w), t1(b)) },
  'linear 7 -> 5': { shapes: [[3, 7], [5, 7], [5]], run: (x, w, b) => linear(t2(x), t2(w), t1(b)) },
  'linear without bias': {
    shapes: [
      [3, 7],
      [9, 7],
    ],
    run: (x, w) => linear(t2(x), t2(w)),
  },
  'linear 260 -> 130': {
    shapes: [[70, 260], [130, 260], [130]],
    run: (x, w, b) => linear(t2(x), t2(w), t1(b)),
    spread: 0.1,
  },
  'matmul, batch': {
    shapes: [
      [3, 5, 7],
      [3, 7, 6],
    ],
    run: (a, b) => tf.matMul(a!, b!),
  },
  'matmul, both transposed': {
    shapes: [
      [3, 7, 5],
      [3, 6, 7],
    ],
    run: (a, b) => tf.matMul(a!, b!, true, true),
  },
  'matmul, one for all': { shapes: [[3, 5, 7]], run: (a) => tf.matMul(a!, ramp([1, 7, 6])) },
  'matmul, row by column': {
    shapes: [
      [1, 9],
      [9, 1],
    ],
    run: (a, b) => tf.matMul(a!, b!),
  },
  embedding: { shapes: [[7, 6]], run: (x) => embedding(t2(x), tf.tensor1d([3, 0, 3, 6, 2], 'int32')) },
  gather: { shapes: [[7, 6]], run: (x) => tf.gather(x!, tf.tensor1d([3, 0, 3, 6], 'int32')) },
  'layer norm 8': { shapes: [[2, 3, 8], [8], [8]], run: (x, g, b) => layerNorm(x!, t1(g), t1(b), 1e-12) },
  'layer norm 7': { shapes: [[5, 7], [7], [7]], run: (x, g, b) => layerNorm(x!, t1(g), t1(b), 1e-5) },
  'rms norm 8': { shapes: [[2, 3, 8], [8]], run: (x, g) => rmsNorm(x!, t1(g), 1e-5) },
  'rms norm 6': { shapes: [[5, 6], [6]], run: (x, g) => rmsNorm(x!, t1(g), 1e-5) },
  'gelu, 21 values': { shapes: [[3, 7]], run: (x) => gelu(x!), spread: 4 },
  'gelu by tanh, 21 values': { shapes: [[3, 7]], run: (x) => geluTanh(x!), spread: 4 },
  'swiglu, 22 values': {
    shapes: [
      [2, 11],
      [2, 11],
    ],
    run: (a, b) => swiglu(a!, b!),
    spread: 4,
  },
  'split heads': { shapes: [[6, 8]], run: (x) => splitHeads(t2(x), texts(3, 3, 3), 2) },
  'split heads, short texts': { shapes: [[8, 6]], run: (x) => splitHeads(t2(x), texts(5, 2, 1, 5), 2) },
  'merge heads, size 3': { shapes: [[4, 5, 3]], run: (x) => mergeHeads(t3(x), texts(5, 5, 5), 2) },
  'merge heads, short texts': { shapes: [[6, 4, 4]], run: (x) => mergeHeads(t3(x), texts(4, 1, 4, 2), 2) },
  'rope 8': { shapes: [[2, 5, 8]], run: (x) => rope(t3(x), 10000) },
  'rope 6, shorter': { shapes: [[3, 4, 6]], run: (x) => rope(t3(x), 500) },
  'rope, frequencies of its own': { shapes: [[2, 5, 6]], run: (x) => rope(t3(x), [1, 0.3, 0.02]) },
  'rope 6, longer': { shapes: [[3, 9, 6]], run: (x) => rope(t3(x), 500) },
  'attention, no mask': {
    shapes: [[4, 5, 7]],
    run: (x) => attentionProbabilities(t3(x), { scale: 0.5, heads: 2 }),
    spread: 5,
  },
  'attention, padding': {
    shapes: [[4, 5, 9]],
    run: (x) => attentionProbabilities(t3(x), { scale: 0.5, heads: 2, lengths: lengths(6, 0) }),
    spread: 5,
  },
  'attention, causal': {
    shapes: [[4, 6, 6]],
    run: (x) => attentionProbabilities(t3(x), { scale: 0.5, heads: 2, causal: true, lengths: lengths(6, 3) }),
  },
  'attention, causal, last queries': {
    shapes: [[2, 3, 8]],
    run: (x) => attentionProbabilities(t3(x), { scale: 0.5, heads: 2, causal: true }),
  },
  'attention, causal, reach 2': {
    shapes: [[4, 7, 7]],
    run: (x) => attentionProbabilities(t3(x), { scale: 0.5, heads: 2, causal: true, reach: 2 }),
  },
  'attention, reach 1, padding': {
    shapes: [[4, 6, 6]],
    run: (x) => attentionProbabilities(t3(x), { scale: 0.5, heads: 2, reach: 1, lengths: lengths(6, 3) }),
  },
  'attention, grouped queries': {
    shapes: [
      [8, 5, 6],
      [4, 5, 6],
      [4, 5, 6],
    ],
    run: (q, k, v) => attention(t3(q), t3(k), t3(v), { heads: 4, keyHeads: 2, causal: true }),
  },
  'cross entropy, 11 classes': {
    shapes: [[5, 11]],
    run: (x) => sparseCrossEntropy(t2(x), tf.tensor1d([3, -1, 10, 0, 3], 'int32')),
    spread: 5,
  },
  'cross entropy, nothing counts': {
    shapes: [[2, 8]],
    run: (x) => sparseCrossEntropy(t2(x), tf.tensor1d([-1, -1], 'int32')),
  },
}

/** The values, and the gradients of a sum weighted differently at every position. */
function measure({ shapes, run, spread = 1 }: Case): Measured {
  const random = seededBy(7, 'contract')
  const draw = (size: number, by: number) =>
    Float32Array.from({ length: size }, () => by * (2 * random.uniform() - 1))
  return tf.tidy(() => {
    const inputs = shapes.map((shape) => tf.tensor(draw(tf.util.sizeFromShape(shape), spread), shape))
    const value = run(...inputs)
    const weights = tf.tensor(draw(value.size, 1), value.shape)
    const gradients = tf.grads((...x: tf.Tensor[]) => tf.sum(tf.mul(run(...x), weights)))(inputs)
    const named = [['value', value] as const, ...gradients.map((g, i) => [`gradient ${i + 1}`, g] as const)]
    return Object.fromEntries(named.map(([name, tensor]) => [name, tensor.dataSync() as Float32Array]))
  })
}

const expected = new Map<string, Measured>()
beforeAll(async () => {
  await openBackend('cpu')
  for (const [name, each] of Object.entries(cases)) expected.set(name, measure(each))
})

describe.each(backends)('%s', (_label, name, options) => {
  beforeAll(async () => {
    await openBackend(name, options)
  })

  test.each(Object.keys(cases))('%s', (operation) => {
    const before = tf.memory().numTensors
    const buffers = tf.backend().numDataIds()
    expectEqual(measure(cases[operation]!), expected.get(operation)!)
    expect(tf.memory().numTensors).toBe(before)
    expect(tf.backend().numDataIds()).toBe(buffers)
  })

  test('the same input gives the same bits', () => {
    const big = cases['linear 260 -> 130']!
    expect(measure(big)).toEqual(measure(big))
  })
})

// Kernels that are cut into parts give the bits of the uncut ones, at sizes that a thread is woken for.
import * as tf from '@tensorflow/tfjs'
import { expect, test } from 'vitest'
import { attentionProbabilities } from '../../operations/attention/attention-probabilities.ts'
import { mergeHeads, splitHeads } from '../../operations/attention/heads.ts'
import { rope } from '../../operations/attention/rope.ts'
import { embedding } from '../../operations/layers/embedding.ts'
import { embeddingBag, packBags } from '../../operations/layers/embedding-bag.ts'
import { gelu } from '../../operations/layers/gelu.ts'
import { layerNorm } from '../../operations/layers/layer-norm.ts'
import { rmsNorm } from '../../operations/layers/rms-norm.ts'
import { swiglu } from '../../operations/layers/swiglu.ts'
import { sparseCrossEntropy } from '../../operations/losses/sparse-cross-entropy.ts'
import { adamwStep } from '../../operations/updates/adamw-step.ts'
import { sumOfSquares } from '../../operations/updates/sum-of-squares.ts'
import { seededBy } from '../../random.ts'
import { openBackend } from '../open-backend.ts'
import { sharing } from '../wasm/shared-memory.ts'

const [R, D] = [609, 132]

/** Draws tensors, the same ones each time. */
function drawing() {
  const random = seededBy(4, 'threads')
  return (...shape: number[]) =>
    tf.tensor(
      Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => 2 * random.normal()),
      shape,
    )
}

/** Values and gradients of everything that threads share. */
function everything(): Record<string, Float32Array> {
  const draw = drawing()
  const found: Record<string, Float32Array> = {}
  const measure = (name: string, inputs: tf.Tensor[], run: (...x: never[]) => tf.Tensor) =>
    tf.tidy(() => {
      const value = run(...(inputs as never[]))
      const dy = draw(...value.shape)
      const all = [value, ...tf.grads(run as (...x: tf.Tensor[]) => tf.Tensor)(inputs, dy)]
      for (const [i, each] of all.entries()) found[`${name} ${i}`] = each.dataSync<'float32'>()
    })
  tf.tidy(() => {
    const [x, y, gamma, beta] = [draw(R, D), draw(R, D), draw(D), draw(D)]
    measure('add', [x, y], (a: tf.Tensor, b: tf.Tensor) => tf.add(a, b))
    measure('gelu', [x], gelu)
    measure('swiglu', [x, y], swiglu)
    measure('layer norm', [x, gamma, beta], (x: tf.Tensor, g: tf.Tensor1D, b: tf.Tensor1D) =>
      layerNorm(x, g, b, 1e-5),
    )
    measure('rms norm', [x, gamma], (x: tf.Tensor, g: tf.Tensor1D) => rmsNorm(x, g, 1e-5))
    const bags = packBags(Array.from({ length: 500 }, (_, at) => [at % 7, (11 * at) % 300, (13 * at) % 300]))
    measure('embedding bag', [draw(300, D)], (table: tf.Tensor2D) => embeddingBag(table, bags))
    const weighted = { ...bags, weights: Float32Array.from(bags.ids, (_, at) => (at % 5) - 1.5) }
    measure('weighted bag', [draw(300, D)], (table: tf.Tensor2D) => embeddingBag(table, weighted))
    measure('rope', [draw(7, 60, 132)], (x: tf.Tensor3D) => rope(x, 10_000))
    const mask = { scale: 0.3, heads: 3, lengths: tf.tensor1d([3, 70, 64], 'int32') }
    measure('attention', [draw(9, 70, 70)], (x: tf.Tensor3D) => attentionProbabilities(x, mask))
    const texts = {
      lengths: Int32Array.from({ length: 30 }, (_, text) => 5 + ((7 * text) % 31)),
      columns: 35,
    }
    const tokens = texts.lengths.reduce((sum, length) => sum + length)
    measure('split heads', [draw(tokens, 96)], (x: tf.Tensor2D) => splitHeads(x, texts, 4))
    measure('merge heads', [draw(120, 35, 24)], (x: tf.Tensor3D) => mergeHeads(x, texts, 4))
    // as many tokens as no part divides, matrices of a batch, vectors
    const product = (a: tf.Tensor2D, b: tf.Tensor2D) => tf.matMul(a, b)
    const withTransposed = (a: tf.Tensor2D, b: tf.Tensor2D) => tf.matMul(a, b, false, true)
    measure('product', [draw(1031, 132), draw(132, 260)], product)
    measure('product with a transposed', [draw(1862, 128), draw(260, 128)], withTransposed)
    measure('products', [draw(37, 60, 64), draw(37, 64, 60)], product)
    // wide ones, by the library's own threads: more columns than rows, and fewer
    measure('wide product', [draw(255, 576), draw(1536, 576)], withTransposed)
    measure('few tokens', [draw(255, 576), draw(576, 260)], product)
    measure('wide gradient', [draw(70, 4500), draw(4500, 140)], product)
    measure('vectors', [draw(70, 1, 64), draw(70, 300, 64)], withTransposed)
    const ids = tf.tensor1d(
      Int32Array.from({ length: 300 }, (_, i) => (i * i) % R),
      'int32',
    )
    measure('embedding', [x], (x: tf.Tensor2D) => embedding(x, ids))
    const targets = tf.tensor1d(
      Int32Array.from({ length: R }, (_, i) => (i % D) - 1),
      'int32',
    )
    measure('cross entropy', [x], (x: tf.Tensor2D) => sparseCrossEntropy(x, targets))
    const slot = { weight: tf.variable(x), mean: tf.variable(y), square: tf.variable(tf.square(x)) }
    const numbers = { learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1 }
    adamwStep(slot, draw(R, D), { ...numbers, step: 3, gradientScale: 0.5 })
    for (const [name, each] of Object.entries(slot)) found[name] = each.dataSync<'float32'>() as Float32Array
    found.squares = Float32Array.of(sumOfSquares([x, y]))
    for (const each of Object.values(slot)) each.dispose()
  })
  return found
}

test('one, two, three and seven threads: the same bits', async () => {
  await openBackend('wasm', { product: 'onnxruntime', threads: 1 })
  const one = everything()
  for (const threads of [2, 3, 7]) {
    await openBackend('wasm', { product: 'onnxruntime', threads })
    const more = everything()
    for (const [name, values] of Object.entries(one)) expect(more[name], name).toEqual(values)
  }
})

test('a row of a product has the same bits whatever the other rows are', async () => {
  await openBackend('wasm', { product: 'onnxruntime', threads: 2 })
  // a head of one column lies transposed, as checkpoints have it; the other way its sums depend on the rows
  for (const [features, columns] of [
    [128, 1],
    [128, 512],
    [512, 128],
    [576, 1536],
  ] as const)
    for (const transposed of columns === 1 ? [true] : [false, true])
      tf.tidy(() => {
        const draw = drawing()
        const rows = draw(40, features)
        const right = transposed ? draw(columns, features) : draw(features, columns)
        const all = tf.matMul(rows, right, false, transposed).arraySync() as number[][]
        for (const count of [1, 2, 3, 5, 8, 9, 20]) {
          const some = tf.matMul(tf.slice(rows, [3, 0], [count, features]), right, false, transposed)
          expect(some.arraySync(), `${count} rows`).toEqual(all.slice(3, 3 + count))
        }
      })
})

test('threads see a heap that has grown', async () => {
  await openBackend('wasm', { product: 'onnxruntime', threads: 2 })
  const square = (rows: number) =>
    tf.tidy(() => tf.matMul(gelu(tf.ones([rows, 64])), tf.ones([64, 64])).dataSync<'float32'>())
  const [expected] = square(64)
  // behind what the heap held when the threads began
  const grown = Array.from({ length: 4 }, () => tf.ones([1 << 24]))
  expect(new Set(square(4096))).toEqual(new Set([expected]))
  for (const each of grown) each.dispose()
})

test('bytes that are no module with a memory of its own stay as they are', () => {
  const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)
  expect(sharing(empty)).toBe(empty)
  const withMemory = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 5, 4, 1, 1, 1, 2)
  expect([...sharing(withMemory)]).toEqual([0, 97, 115, 109, 1, 0, 0, 0, 5, 4, 1, 3, 1, 2])
})

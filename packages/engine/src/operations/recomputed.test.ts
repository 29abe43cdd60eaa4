import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { type BackendName, openBackend } from '../backends/open-backend.ts'
import { seededBy } from '../random.ts'
import { linear } from './layers/linear.ts'
import { rmsNorm } from './layers/rms-norm.ts'
import { swiglu } from './layers/swiglu.ts'
import { recomputed } from './recomputed.ts'

const draw = (name: string, ...shape: number[]) => {
  const random = seededBy(5, name)
  return tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal()),
    shape,
  )
}
const [N, D, LAYERS] = [24, 16, 6]

describe.each<BackendName>(['cpu', 'wasm'])('%s', (backend) => {
  beforeAll(async () => {
    await openBackend(backend)
  })

  const weightsOf = () =>
    Array.from({ length: LAYERS }, (_, layer) =>
      ['gate', 'up', 'norm'].map((part) =>
        tf.variable(part === 'norm' ? tf.ones([D]) : draw(`${part} ${layer}`, D, D)),
      ),
    )
  const block = (x: tf.Tensor2D, [gate, up, norm]: tf.Tensor[]): tf.Tensor2D => {
    const y = rmsNorm(x, norm as tf.Tensor1D, 1e-5)
    return tf.add(x, swiglu(linear(y, gate as tf.Tensor2D), linear(y, up as tf.Tensor2D)))
  }

  test('values and gradients to the bit, with less kept for the way back', () => {
    const layers = weightsOf()
    const measure = (again: boolean) => {
      const before = tf.memory().numBytes
      let kept = 0
      return tf.tidy(() => {
        const { value, grads } = tf.variableGrads(() => {
          const out = layers.reduce(
            (x, weights) => (again ? recomputed(x, weights, (x) => block(x, weights)) : block(x, weights)),
            draw('x', N, D) as tf.Tensor2D,
          )
          kept = tf.memory().numBytes - before
          return tf.sum(tf.square(out)) as tf.Scalar
        }, layers.flat())
        const numbers = layers.flat().map(({ name }) => grads[name]!.dataSync().slice())
        return { value: value.arraySync(), numbers, kept }
      })
    }
    const before = tf.memory().numTensors
    const [plain, again] = [measure(false), measure(true)]
    expect(again.value).toBe(plain.value)
    expect(again.numbers).toEqual(plain.numbers)
    expect(again.kept).toBeLessThan(0.5 * plain.kept)
    expect(tf.memory().numTensors).toBe(before)
    tf.dispose(layers)
  })

  test('one within another, and a weight that takes no part', () => {
    tf.tidy(() => {
      const [a, b, unused] = [draw('a', D, D), draw('b', D, D), draw('unused', D, D)] as tf.Tensor2D[]
      const inner = (x: tf.Tensor2D) => recomputed(x, [b!], (x) => tf.tanh(linear(x, b!)))
      const outer = (x: tf.Tensor2D) => recomputed(x, [a!, b!, unused!], (x) => inner(linear(x, a!)))
      const plain = (x: tf.Tensor2D) => tf.tanh(linear(linear(x, a!), b!)) as tf.Tensor2D
      const by = (run: (x: tf.Tensor2D) => tf.Tensor2D) =>
        tf.grads((x, _a, _b) => tf.sum(tf.square(run(x as tf.Tensor2D))))([draw('x', N, D), a!, b!])
      const wanted = by(plain)
      for (const [i, gradient] of by(outer).entries())
        expect(gradient.dataSync()).toEqual(wanted[i]!.dataSync())
    })
  })
})

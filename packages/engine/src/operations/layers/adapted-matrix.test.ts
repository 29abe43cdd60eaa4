// Low-rank adapters give what the merged matrix gives, and the gradients that finite differences have.
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { checkGradient } from '../../../testing/check-gradient.ts'
import { type BackendName, openBackend } from '../../backends/open-backend.ts'
import { type AdaptedMatrix, merged } from './adapted-matrix.ts'
import { dropout } from './dropout.ts'
import type { FrozenMatrix } from './frozen-matrix.ts'
import { linear } from './linear.ts'

const values = (...shape: number[]) =>
  Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => Math.sin(3 * i + shape.length))
const [N, IN, OUT, R] = [5, 6, 4, 2]
const base = () => tf.tensor2d(values(OUT, IN), [OUT, IN])
const adapt = (down: tf.Tensor, up: tf.Tensor, more: Partial<AdaptedMatrix> = {}): AdaptedMatrix => ({
  ...{ adapted: true, shape: [OUT, IN], base: base(), scale: 1.5 },
  ...{ down: down as tf.Tensor2D, up: up as tf.Tensor2D },
  ...more,
})

describe.each<BackendName>(['cpu', 'wasm'])('%s', (backend) => {
  beforeAll(async () => {
    await openBackend(backend)
  })

  test('computes by parts what the merged matrix computes, whatever the base is', () => {
    tf.tidy(() => {
      const [x, down, up] = [tf.tensor2d(values(N, IN), [N, IN]), tf.ones([R, IN]), tf.ones([OUT, R])]
      const bias = tf.tensor1d(values(OUT))
      const frozen: FrozenMatrix = {
        frozen: true,
        shape: [OUT, IN],
        rows: (from, to) => values(OUT, IN).slice(from * IN, to * IN),
      }
      for (const matrix of [adapt(down, up), adapt(down, up, { base: frozen })]) {
        const whole = tf.tensor2d(merged(matrix), [OUT, IN])
        const wanted = linear(x, whole, bias).dataSync()
        for (const [i, y] of linear(x, matrix, bias).dataSync().entries())
          expect(y).toBeCloseTo(wanted[i]!, 4)
        // 1.5 * ones [OUT, R] ones [R, IN] adds 3 to each entry
        for (const [i, w] of merged(matrix).entries()) expect(w).toBeCloseTo(values(OUT, IN)[i]! + 3, 5)
      }
    })
  })

  test('gradients by the input and both thin matrices', () => {
    checkGradient(
      [
        [N, IN],
        [R, IN],
        [OUT, R],
      ],
      (x, down, up) => linear(x as tf.Tensor2D, adapt(down!, up!)),
    )
    const hides = () => ({ share: 0.4, seed: 7 })
    checkGradient(
      [
        [N, IN],
        [R, IN],
        [OUT, R],
      ],
      (x, down, up) => linear(x as tf.Tensor2D, adapt(down!, up!, { hides })),
    )
  })

  test('dropout hides its share, by seed, and keeps the mean', () => {
    const hide = (seed: number) =>
      tf.tidy(() =>
        dropout(tf.ones([200, 50]), 0.25, seed)
          .dataSync()
          .slice(),
      )
    const once = hide(1)
    expect(once).toEqual(hide(1))
    const other = hide(2)
    const hidden = once.filter((value) => value === 0).length / once.length
    expect(hidden).toBeCloseTo(0.25, 1)
    for (const value of once) if (value !== 0) expect(value).toBeCloseTo(4 / 3, 5)
    // independent: both hide a sixteenth
    const both = once.filter((value, i) => value === 0 && other[i] === 0).length / once.length
    expect(both).toBeCloseTo(1 / 16, 1)
  })
})

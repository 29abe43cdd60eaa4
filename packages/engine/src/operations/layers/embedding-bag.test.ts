import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { openBackend } from '../../backends/open-backend.ts'
import { embeddingBag, packBags } from './embedding-bag.ts'

const values = [1, 2, 3, 4, 5, 6]
const bags = packBags([[0, 2, 2], [], [1]])
const weighted = packBags([[0, 2], [], [1]], [[0.5, 3], [], [-1]])

describe.each(['wasm', 'cpu'] as const)('on %s', (name) => {
  beforeAll(async () => {
    if (name === 'wasm') await openBackend('wasm', {})
    else await tf.setBackend('cpu')
  })

  it('sums the rows of each text', () => {
    const sums = tf.tidy(() => embeddingBag(tf.tensor2d(values, [3, 2]), bags).dataSync())
    // [1, 2] + 2 [5, 6]; nothing; [3, 4]
    expect([...sums]).toEqual([11, 14, 0, 0, 3, 4])
  })

  it('sums them by their weights', () => {
    const sums = tf.tidy(() => embeddingBag(tf.tensor2d(values, [3, 2]), weighted).dataSync())
    // .5 [1, 2] + 3 [5, 6]; nothing; -[3, 4]
    expect([...sums]).toEqual([15.5, 19, 0, 0, -3, -4])
  })

  it.each([
    ['rows alike', bags],
    ['weighted rows', weighted],
  ])('has the gradient of the sum of %s, by finite differences', (_, bags) => {
    const loss = (table: tf.Tensor) => tf.sum(tf.square(embeddingBag(table as tf.Tensor2D, bags)))
    const gradient = tf.tidy(() =>
      tf
        .grad(loss)(tf.tensor2d(values, [3, 2]))
        .dataSync(),
    )
    const at = (changed: number[]) => tf.tidy(() => loss(tf.tensor2d(changed, [3, 2])).dataSync()[0]!)
    for (const [index, value] of values.entries()) {
      const difference = at(values.with(index, value + 0.01)) - at(values.with(index, value - 0.01))
      expect(gradient[index]).toBeCloseTo(difference / 0.02, 1)
    }
  })

  it('leaves no tensor over, and names an id that is no row', () => {
    const table = tf.tensor2d(values, [3, 2])
    const before = tf.memory().numTensors
    tf.tidy(() => embeddingBag(table, weighted).dataSync())
    expect(tf.memory().numTensors).toBe(before)
    expect(() => embeddingBag(table, packBags([[3]]))).toThrow(/An id is 3; wanted 0 \.\. 2/)
    table.dispose()
  })
})

// A batch of texts of any lengths computes what each text computes alone: scores, states, losses, and their gradients, of
// every architecture.
import { openBackend, seededBy } from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { goldenDecoders } from '../../testing/golden-decoders.ts'
import { goldenEncoders } from '../../testing/golden-encoders.ts'
import { createDecoder } from '../decoder/decoder.ts'
import { packBatch, startsOf, type TokenBatch } from '../token-batch.ts'
import type { Weights } from '../weights.ts'
import { createEncoder } from './encoder.ts'

/** that differ, that are alike, and that are 1 */
const LENGTHS = [
  [5, 2, 9, 1],
  [4, 4, 4],
  [1, 1],
  [8, 8, 3],
]

const random = seededBy(5, 'texts apart')
const draw = (lengths: readonly number[], vocabulary: number, types = 1) =>
  lengths.map((length) => ({
    ids: Int32Array.from({ length }, () => random.integer(vocabulary)),
    typeIds: Int32Array.from({ length }, () => random.integer(types)),
  }))

beforeAll(() => openBackend('wasm'))

/** A number of a batch in which each text has its own weight. */
type Output = (batch: TokenBatch, weights: readonly number[]) => tf.Tensor

/** A sum over texts [rows, ...]: no two entries count alike. */
const weighed = (x: tf.Tensor, weights: readonly number[]): tf.Tensor => {
  const rows = tf.mul(tf.reshape(x, [weights.length, -1]), tf.tensor2d([...weights], [weights.length, 1]))
  return tf.sum(tf.mul(rows, tf.cos(tf.range(0, x.size / weights.length))))
}

function expectApart(weights: Weights, texts: ReturnType<typeof draw>, shares: number[], output: Output) {
  const lengths = texts.map(({ ids }) => ids.length).join()
  const sums = new Map<string, Float32Array>()
  // alone a text lies in a matrix of its own length
  for (const [row, text] of texts.entries())
    for (const [name, values] of measure(weights, () => output(packBatch([text], 1), [shares[row]!])))
      sums.set(
        name,
        values.map((value, at) => value + (sums.get(name)?.[at] ?? 0)),
      )
  for (const [name, values] of measure(weights, () => output(packBatch(texts), shares))) {
    const sum = sums.get(name)!
    const bound = 2e-5 * sum.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
    const wrong = values.findIndex((value, at) => !(Math.abs(value - sum[at]!) <= bound))
    if (wrong >= 0)
      expect.fail(
        `${name} [${wrong}] of texts of ${lengths} is ${values[wrong]}, of each alone ${sum[wrong]} in sum`,
      )
  }
}

/** The number, and its gradient by every weight; 0 by one that takes no part. */
function measure(weights: Weights, output: () => tf.Tensor): Map<string, Float32Array> {
  const { value, grads } = tf.variableGrads(() => output() as tf.Scalar, [...weights.values()])
  const found = new Map([['value', value.dataSync<'float32'>().slice()]])
  for (const [name, { name: inner, size }] of weights)
    found.set(`gradient by ${name}`, grads[inner]?.dataSync<'float32'>().slice() ?? new Float32Array(size))
  tf.dispose([value, ...Object.values(grads)])
  return found
}

describe.each(goldenEncoders())('$name', ({ config, tensors }) => {
  test.each(['score', 'mean', 'cls'] as const)('%s', (what) => {
    const encoder = createEncoder(config, { tensors })
    const { vocabulary, tokenTypes } = encoder.model
    for (const lengths of LENGTHS)
      expectApart(
        encoder.weights,
        draw(lengths, vocabulary, tokenTypes),
        lengths.map((_, row) => Math.cos(3 * row)),
        (batch, shares) =>
          weighed(what === 'score' ? encoder.score(batch) : encoder.embed(batch, what), shares),
      )
    encoder.dispose()
  })
})

describe.each(goldenDecoders())('$name', ({ config, tensors }) => {
  test.each(['last', 'mean'] as const)('score by the %s state', (pooling) => {
    const decoder = createDecoder(config, { tensors }, { pooling })
    for (const lengths of LENGTHS)
      expectApart(
        decoder.weights,
        draw(lengths, config.vocab_size),
        lengths.map((_, row) => Math.cos(3 * row)),
        (batch, shares) => weighed(decoder.score(batch), shares),
      )
    decoder.dispose()
  })

  test('the language loss is the mean of the texts, each as far as it counts', () => {
    const decoder = createDecoder(config, { tensors })
    const sum = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0)
    for (const lengths of LENGTHS) {
      const counted = sum(lengths.map((length) => length - 1))
      expectApart(
        decoder.weights,
        draw(lengths, config.vocab_size),
        lengths.map((length) => (length - 1) / Math.max(1, counted)),
        (batch, shares) => tf.mul(decoder.languageLoss(batch, next(batch)), sum(shares)),
      )
    }
    decoder.dispose()
  })
})

/** Each position's target is the token after it, within a text. */
function next(batch: TokenBatch): Int32Array {
  const targets = new Int32Array(batch.ids.length).fill(-1)
  for (const [row, start] of startsOf(batch).entries())
    targets.set(batch.ids.subarray(start + 1, start + batch.lengths[row]!), start)
  return targets
}

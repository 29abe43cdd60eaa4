import { openBackend } from '@disranker/engine'
import { InputError } from '@disranker/stage'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { checkWeightGradients } from '../../testing/check-weight-gradients.ts'
import { plainEncoder } from '../../testing/plain-bert.ts'
import type { BertConfig } from '../architectures/bert/config.ts'
import type { Tensors } from '../tensors/safetensors.ts'
import { packBatch } from '../token-batch.ts'
import { tensorsOf } from '../weights.ts'
import { createEncoder, type Encoder } from './encoder.ts'

const config: BertConfig = {
  model_type: 'bert',
  vocab_size: 12,
  hidden_size: 6,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 9,
  max_position_embeddings: 11,
  type_vocab_size: 3,
  layer_norm_eps: 1e-3,
  hidden_act: 'gelu',
  initialization: 'scaled',
}

const text = (...ids: number[]) => ({
  ids: Int32Array.from(ids),
  typeIds: Int32Array.from(ids, (_, i) => i % 3),
})
const texts = [text(2, 5, 7, 3), text(2, 11, 1, 4, 4, 9, 3), text(2)]
const scores = (encoder: Encoder, batch = packBatch(texts)) =>
  tf.tidy(() => Array.from(encoder.score(batch).dataSync()))

beforeAll(() => openBackend('cpu'))

describe('score', () => {
  let encoder: Encoder
  // away from their start, or biases of 0 and norms of 1 would hide mistakes
  beforeEach(() => {
    const made = createEncoder(config, { seed: 3 })
    const tensors: Tensors = new Map(
      [...tensorsOf(made.weights)].map(([name, { shape, data }]) => [
        name,
        { shape, data: data.map((value, i) => value + 0.3 * Math.sin(7 * i + name.length)) },
      ]),
    )
    made.dispose()
    encoder = createEncoder(config, { tensors })
    return () => encoder.dispose()
  })

  test.each([1, 2, 3])('is that of the formulas written as loops, %i layers', (layers) => {
    const shape = { ...config, num_hidden_layers: layers }
    const network = createEncoder(shape, { seed: 5 })
    const tensors = tensorsOf(network.weights)
    const wanted = texts.map(({ ids, typeIds }) => plainEncoder(shape, tensors, ids, typeIds))
    const got = scores(network)
    network.dispose()
    for (const [row, value] of wanted.entries()) expect(got[row]).toBeCloseTo(value, 5)
  })

  test('is that of the formulas with any weights', () => {
    const tensors = tensorsOf(encoder.weights)
    for (const [row, value] of scores(encoder).entries())
      expect(value).toBeCloseTo(plainEncoder(config, tensors, texts[row]!.ids, texts[row]!.typeIds), 4)
  })

  test('every token, type and position counts', () => {
    const base = scores(encoder, packBatch([text(2, 5, 7, 3)]))[0]!
    const other = text(2, 5, 7, 3)
    other.typeIds[2] = 0
    for (const changed of [text(2, 5, 8, 3), text(2, 7, 5, 3), other])
      expect(Math.abs(scores(encoder, packBatch([changed]))[0]! - base)).toBeGreaterThan(1e-4)
  })

  test('the gradient of every weight is that of finite differences', () => {
    const batch = packBatch(texts)
    checkWeightGradients(encoder.weights, () =>
      tf.sum(tf.mul(encoder.score(batch), tf.tensor1d([1, -0.5, 0.7]))),
    )
  })

  test('leaves no tensor behind, and dispose none at all', () => {
    const before = tf.memory().numTensors
    const network = createEncoder(config, { seed: 1 })
    const weights = tf.memory().numTensors
    scores(network)
    expect(tf.memory().numTensors).toBe(weights)
    network.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})

test('what does not fit is refused', () => {
  const make = (part: Partial<BertConfig>) => () => createEncoder({ ...config, ...part }, { seed: 1 })
  expect(make({ num_attention_heads: 4 })).toThrow(/hidden_size 6 is no multiple of num_attention_heads 4/)
  expect(make({ hidden_act: 'mish' as never })).toThrow(/hidden_act "mish"; wanted gelu,/)
  expect(make({ num_hidden_layers: 0 })).toThrow(/num_hidden_layers 0; wanted at least 1/)
  const encoder = createEncoder(config, { seed: 1 })
  const batch = (...ids: number[]) => packBatch([{ ids, typeIds: ids.map(() => 0) }])
  expect(() => encoder.score(batch(2, 12))).toThrow(/column 1 of a batch has token id 12/)
  expect(() => encoder.score(batch(...new Array<number>(12).fill(1)))).toThrow(InputError)
  encoder.dispose()
})

import { openBackend } from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { checkWeightGradients } from '../../testing/check-weight-gradients.ts'
import { plainDecoder } from '../../testing/plain-llama.ts'
import type { LlamaConfig } from '../architectures/llama/llama.ts'
import { packBatch } from '../token-batch.ts'
import { tensorsOf } from '../weights.ts'
import { createDecoder, type Decoder } from './decoder.ts'

const config: LlamaConfig = {
  model_type: 'llama',
  vocab_size: 13,
  hidden_size: 8,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  intermediate_size: 10,
  max_position_embeddings: 12,
  rms_norm_eps: 1e-3,
  rope_theta: 100,
  tie_word_embeddings: true,
  type_vocab_size: 2,
  initialization: 'scaled',
}
const shapes: Record<string, LlamaConfig> = {
  'grouped queries, types, tied': config,
  'one key head, no types, a table of its own': {
    ...config,
    num_key_value_heads: 1,
    type_vocab_size: 1,
    tie_word_embeddings: false,
  },
  'as many key heads, one layer': { ...config, num_key_value_heads: 4, num_hidden_layers: 1 },
}

const text = (...ids: number[]) => ({ ids: Int32Array.from(ids), typeIds: Int32Array.from(ids, () => 0) })
const texts = [text(1, 5, 7, 2), text(1, 12, 3, 4, 4, 9, 2), text(1, 2)]
const numbers = (run: () => tf.Tensor) => tf.tidy(() => Array.from(run().dataSync()))

/** Calls `use` with a network whose weights are large enough for everything to matter. */
function withDecoder(shape: LlamaConfig, use: (decoder: Decoder) => void): void {
  const made = createDecoder(shape, { seed: 4 })
  const tensors = new Map(
    [...tensorsOf(made.weights)].map(([name, tensor]) => [
      name,
      { ...tensor, data: tensor.data.map((value, i) => value + 0.3 * Math.sin(5 * i + name.length)) },
    ]),
  )
  made.dispose()
  const decoder = createDecoder(shape, { tensors })
  use(decoder)
  decoder.dispose()
}

beforeAll(() => openBackend('cpu'))

describe.each(Object.entries(shapes))('%s', (_what, shape) => {
  const types = shape.type_vocab_size! > 1
  const typed = texts.map((one) => ({ ...one, typeIds: one.typeIds.map((_, i) => (types ? i % 2 : 0)) }))

  test('score and language loss are those of the formulas written as loops', () =>
    withDecoder(shape, (decoder) => {
      const tensors = tensorsOf(decoder.weights)
      const plain = typed.map(({ ids, typeIds }) => plainDecoder(shape, tensors, ids, typeIds))
      const scores = numbers(() => decoder.score(packBatch(typed)))
      for (const [row, { score }] of plain.entries()) expect(scores[row]).toBeCloseTo(score, 4)
      const targets = new Int32Array(4 + 7 + 2).fill(-1)
      targets.set([7, 2], 1) // the first text, positions 1 and 2
      targets.set([9], 4 + 4) // the second text, position 4
      const wanted =
        -(plain[0]!.logProbability(1, 7) + plain[0]!.logProbability(2, 2) + plain[1]!.logProbability(4, 9)) /
        3
      expect(numbers(() => decoder.languageLoss(packBatch(typed), targets))[0]).toBeCloseTo(wanted, 4)
    }))

  test('the gradient of every weight is that of finite differences', () =>
    withDecoder(shape, (decoder) => {
      const batch = packBatch(typed)
      const targets = Int32Array.from(batch.ids, (id, i) => (i % 3 === 0 && id > 0 ? id : -1))
      checkWeightGradients(decoder.weights, () => decoder.languageLoss(batch, targets), ['score.weight'])
      const head = shape.tie_word_embeddings ? [] : ['lm_head.weight']
      checkWeightGradients(decoder.weights, () => tf.sum(tf.mul(decoder.score(batch), [1, -1, 0.5])), head)
    }))
})

test('no position sees the tokens behind it', () =>
  withDecoder(config, (decoder) => {
    const lossAt = (position: number, ...ids: number[]) => {
      const batch = packBatch([text(...ids)])
      const targets = new Int32Array(batch.ids.length).fill(-1)
      targets[position] = 6
      return numbers(() => decoder.languageLoss(batch, targets))[0]!
    }
    for (const position of [0, 1, 2, 3]) {
      const ids = [1, 5, 7, 3, 8]
      const base = lossAt(position, ...ids)
      for (let changed = 0; changed < 5; changed++) {
        const other = lossAt(position, ...ids.map((id, i) => (i === changed ? 11 : id)))
        const difference = Math.abs(other - base)
        if (changed > position)
          expect(difference, `token ${changed} at position ${position}`).toBeLessThan(1e-6)
        else expect(difference, `token ${changed} at position ${position}`).toBeGreaterThan(1e-4)
      }
    }
  }))

test('a batch without a target has loss 0 and moves nothing', () =>
  withDecoder(config, (decoder) => {
    const none = new Int32Array(4).fill(-1)
    const { value, grads } = tf.variableGrads(
      () => decoder.languageLoss(packBatch([texts[0]!]), none),
      [...decoder.weights.values()],
    )
    expect(value.arraySync()).toBe(0)
    for (const gradient of Object.values(grads)) for (const x of gradient?.dataSync() ?? []) expect(x).toBe(0)
  }))

test('leaves no tensor behind', () =>
  withDecoder(config, (decoder) => {
    const before = tf.memory().numTensors
    const batch = packBatch(texts)
    numbers(() => decoder.score(batch))
    numbers(() => decoder.languageLoss(batch, batch.ids))
    expect(tf.memory().numTensors).toBe(before)
  }))

test('sizes that do not fit are refused', () => {
  const make = (part: Partial<LlamaConfig>) => () => createDecoder({ ...config, ...part }, { seed: 1 })
  expect(make({ num_key_value_heads: 3 })).toThrow(/num_key_value_heads 3 and head_dim 2 do not fit/)
  expect(make({ hidden_size: 12, num_attention_heads: 4 })).toThrow(/an even size a head/)
  expect(make({ num_hidden_layers: 0 })).toThrow(/num_hidden_layers 0; wanted at least 1/)
})

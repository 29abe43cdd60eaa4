// Both networks on every backend that loads here: scores, loss and the gradients of all weights are those of cpu.
import { openBackend } from '@disranker/engine'
import { backends, expectEqual, type Measured } from '@disranker/engine/testing/contract'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import type { BertConfig } from './architectures/bert/config.ts'
import type { DecoderConfig } from './architectures.ts'
import { createDecoder } from './decoder/decoder.ts'
import { createEncoder } from './encoder/encoder.ts'
import { packBatch, startsOf, type TokenBatch } from './token-batch.ts'
import type { Weights } from './weights.ts'

const texts = [11, 5, 8].map((tokens, row) => ({
  ids: Int32Array.from({ length: tokens }, (_, i) => 1 + ((7 * row + 5 * i) % 29)),
  typeIds: Int32Array.from({ length: tokens }, (_, i) => Number(i > 3)),
}))
const batch = packBatch(texts)

function measure(
  network: { weights: Weights; dispose(): void },
  outputs: Record<string, () => tf.Tensor>,
): Measured {
  const measured: Record<string, Float32Array> = {}
  for (const [what, run] of Object.entries(outputs)) {
    tf.tidy(() => {
      const loss = () => {
        const value = run()
        measured[what] = value.dataSync() as Float32Array
        // weighed differently, so that no two rows' gradients cancel
        return tf.sum(tf.mul(tf.reshape(value, [-1]), tf.range(1, value.size + 1))) as tf.Scalar
      }
      const { grads } = tf.variableGrads(loss, [...network.weights.values()])
      for (const [name, weight] of network.weights) {
        const gradient = grads[weight.name]
        if (gradient) measured[`gradient of ${what} by ${name}`] = gradient.dataSync() as Float32Array
      }
    })
  }
  network.dispose()
  return measured
}

function encoder(): Measured {
  const config: BertConfig = {
    model_type: 'bert',
    vocab_size: 30,
    hidden_size: 12,
    num_hidden_layers: 2,
    num_attention_heads: 2,
    intermediate_size: 20,
    max_position_embeddings: 16,
    type_vocab_size: 2,
    layer_norm_eps: 1e-12,
    hidden_act: 'gelu',
    initialization: 'scaled',
  }
  const network = createEncoder(config, { seed: 3 })
  return measure(network, { scores: () => network.score(batch) })
}

function decoder(): Measured {
  const config: DecoderConfig = {
    model_type: 'llama',
    vocab_size: 30,
    hidden_size: 24,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    intermediate_size: 22,
    max_position_embeddings: 16,
    rms_norm_eps: 1e-5,
    rope_theta: 10000,
    tie_word_embeddings: true,
    type_vocab_size: 2,
    initialization: 'scaled',
  }
  const network = createDecoder(config, { seed: 3 })
  return measure(network, {
    scores: () => network.score(batch),
    'language loss': () => network.languageLoss(batch, next(batch)),
  })
}

/** Each position's target is the token after it, within a text. */
function next(batch: TokenBatch): Int32Array {
  const targets = new Int32Array(batch.ids.length).fill(-1)
  for (const [row, start] of startsOf(batch).entries())
    targets.set(batch.ids.subarray(start + 1, start + batch.lengths[row]!), start)
  return targets
}

let expected: { encoder: Measured; decoder: Measured }
beforeAll(async () => {
  await openBackend('cpu')
  expected = { encoder: encoder(), decoder: decoder() }
})

test('every weight has a gradient on cpu', () => {
  const byScores = (measured: Measured) => Object.keys(measured).filter((what) => what.includes('of scores'))
  expect(byScores(expected.encoder).length).toBe(5 + 2 * 16 + 4)
  expect(byScores(expected.decoder).length).toBe(2 + 2 * 9 + 2)
  for (const values of Object.values(expected.decoder)) expect(values.every(Number.isFinite)).toBe(true)
})

describe.each(backends)('%s', (_label, name, options) => {
  beforeAll(async () => {
    await openBackend(name, options)
  })

  test.each([
    ['encoder', encoder],
    ['decoder', decoder],
  ] as const)('%s', (what, network) => {
    const before = tf.memory().numTensors
    const buffers = tf.backend().numDataIds()
    expectEqual(network(), expected[what])
    expect(tf.memory().numTensors).toBe(before)
    expect(tf.backend().numDataIds()).toBe(buffers)
  })
})

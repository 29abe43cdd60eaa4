import { openBackend } from '@disranker/engine'
import { createEncoder } from '@disranker/transformer'
import { beforeAll, expect, it } from 'vitest'
import { startWords } from './start-words.ts'

const config = {
  ...{
    model_type: 'bert' as const,
    vocab_size: 9,
    hidden_size: 32,
    num_hidden_layers: 1,
    num_attention_heads: 2,
  },
  ...{ intermediate_size: 8, max_position_embeddings: 8, type_vocab_size: 2, layer_norm_eps: 1e-12 },
  hidden_act: 'gelu' as const,
}
beforeAll(() => openBackend('cpu'))
const tokens = new Map([
  ['red', 3],
  ['blue', 5],
  ['lamp', 8],
])

function started(width: number) {
  const encoder = createEncoder(config, { seed: 1 })
  const values = () => encoder.weights.get(encoder.model.wordTable)!.dataSync<'float32'>().slice()
  const before = values()
  // red and blue point the same way, lamp another
  const vector = (sign: number) => Float32Array.from({ length: width }, (_, i) => 5 + sign * Math.sin(i * i))
  const vectors = new Map([
    ['red', vector(1)],
    ['blue', vector(0.9)],
    ['lamp', vector(-1.9)],
  ])
  startWords(encoder, vectors, tokens, 7)
  const after = values()
  encoder.dispose()
  return { row: (id: number) => after.subarray(32 * id, 32 * id + 32), before, after }
}
const cosine = (a: Float32Array, b: Float32Array) => {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, at) => sum + value * y[at]!, 0)
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
}

it.each([32, 100, 8])('vectors of width %s keep their angles and get the spread of the table', (width) => {
  const { row, before, after } = started(width)
  expect(cosine(row(3), row(5))).toBeGreaterThan(0.99)
  expect(cosine(row(3), row(8))).toBeLessThan(-0.99)
  const spread = (values: Float32Array) =>
    Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length)
  const put = Float32Array.of(...row(3), ...row(5), ...row(8))
  expect(spread(put)).toBeCloseTo(spread(before), 4)
  for (const id of [0, 1, 4, 7])
    expect(after.subarray(32 * id, 32 * id + 32)).toEqual(before.subarray(32 * id, 32 * id + 32))
})

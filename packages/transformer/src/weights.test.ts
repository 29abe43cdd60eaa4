import { openBackend } from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { bert as bertArchitecture } from './architectures/bert/bert.ts'
import { llama as architecture, type LlamaConfig } from './architectures/llama/llama.ts'
import { checkConfig } from './check-config.ts'
import { makeWeights, tensorsOf, type WeightShape } from './weights.ts'

beforeAll(() => openBackend('cpu'))

const bert = {
  model_type: 'bert',
  vocab_size: 200,
  hidden_size: 64,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 128,
  max_position_embeddings: 16,
  type_vocab_size: 2,
  layer_norm_eps: 1e-12,
  hidden_act: 'gelu',
} as const
const llama = {
  model_type: 'llama',
  vocab_size: 200,
  hidden_size: 64,
  num_hidden_layers: 1,
  num_attention_heads: 4,
  num_key_value_heads: 4,
  intermediate_size: 128,
  max_position_embeddings: 16,
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  tie_word_embeddings: true,
} as const

const llamaWeights = (keys: LlamaConfig) => architecture.weights(checkConfig(architecture, keys))

/** Names and deviations (1 value: the value itself) of new weights. */
function starts(shapes: readonly WeightShape[]) {
  const weights = makeWeights(shapes, { seed: 1 })
  const tensors = tensorsOf(weights)
  tf.dispose([...weights.values()])
  const deviation = (name: string, less?: string) => {
    const { data } = tensors.get(name)!
    const other = less === undefined ? undefined : tensors.get(less)!.data
    return Math.sqrt(data.reduce((sum, x, i) => sum + (x - (other?.[i] ?? 0)) ** 2, 0) / data.length)
  }
  return { names: [...tensors.keys()], tensors, deviation }
}
const within = (got: number, wanted: number, bound = 0.12) =>
  expect(Math.abs(got / wanted - 1), `${got} for ${wanted}`).toBeLessThan(bound)

test('a BERT has the names of BertForSequenceClassification', () => {
  const { names, tensors } = starts(bertArchitecture.weights(bert))
  expect(names).toEqual([
    'bert.embeddings.word_embeddings.weight',
    'bert.embeddings.position_embeddings.weight',
    'bert.embeddings.token_type_embeddings.weight',
    'bert.embeddings.LayerNorm.weight',
    'bert.embeddings.LayerNorm.bias',
    ...['self.query', 'self.key', 'self.value', 'output.dense', 'output.LayerNorm'].flatMap((part) =>
      ['weight', 'bias'].map((kind) => `bert.encoder.layer.0.attention.${part}.${kind}`),
    ),
    ...['intermediate.dense', 'output.dense', 'output.LayerNorm'].flatMap((part) =>
      ['weight', 'bias'].map((kind) => `bert.encoder.layer.0.${part}.${kind}`),
    ),
    'bert.pooler.dense.weight',
    'bert.pooler.dense.bias',
    'classifier.weight',
    'classifier.bias',
  ])
  expect(tensors.get('bert.encoder.layer.0.intermediate.dense.weight')!.shape).toEqual([128, 64])
  expect(tensors.get('classifier.weight')!.shape).toEqual([1, 64])
})

test('a LLaMA has the names of LlamaForCausalLM, and a ranking head', () => {
  const { names, tensors } = starts(
    llamaWeights({ ...llama, num_key_value_heads: 1, tie_word_embeddings: false }),
  )
  expect(names).toEqual([
    'model.embed_tokens.weight',
    'model.layers.0.input_layernorm.weight',
    ...['q', 'k', 'v', 'o'].map((part) => `model.layers.0.self_attn.${part}_proj.weight`),
    'model.layers.0.post_attention_layernorm.weight',
    ...['gate', 'up', 'down'].map((part) => `model.layers.0.mlp.${part}_proj.weight`),
    'model.norm.weight',
    'lm_head.weight',
    'score.weight',
  ])
  expect(tensors.get('model.layers.0.self_attn.k_proj.weight')!.shape).toEqual([16, 64])
  expect(
    starts(llamaWeights({ ...llama, type_vocab_size: 3 })).tensors.get('model.embed_types.weight')!.shape,
  ).toEqual([3, 64])
  expect(starts(llamaWeights(llama)).names).not.toContain('lm_head.weight')
})

describe('how a new network starts', () => {
  test('huggingface: deviation 0.02, biases 0, norms 1', () => {
    const { tensors, deviation } = starts(bertArchitecture.weights(bert))
    for (const [name, { data }] of tensors) {
      if (name.endsWith('.bias')) expect([...data]).toEqual(new Array(data.length).fill(0))
      else if (name.includes('LayerNorm')) expect([...data]).toEqual(new Array(data.length).fill(1))
      else within(deviation(name), 0.02, 0.25)
    }
  })

  test('scaled: by the number of inputs; keys near queries; what enters the residual stream smaller', () => {
    const layer = 'bert.encoder.layer.0'
    const { deviation } = starts(bertArchitecture.weights({ ...bert, initialization: 'scaled' }))
    const query = `${layer}.attention.self.query.weight`
    within(deviation(query), 1 / 8)
    within(deviation(`${layer}.attention.self.key.weight`, query), 0.3 / 8)
    within(deviation(`${layer}.attention.output.dense.weight`), 0.7 / 8)
    within(deviation(`${layer}.output.dense.weight`), 0.7 / Math.sqrt(128))
    within(deviation('bert.embeddings.word_embeddings.weight'), 0.05)
    within(deviation('bert.embeddings.position_embeddings.weight'), 0.02)

    const decoder = starts(llamaWeights({ ...llama, initialization: 'scaled' }))
    const q = 'model.layers.0.self_attn.q_proj.weight'
    within(decoder.deviation('model.layers.0.self_attn.k_proj.weight', q), 0.3 / 8)
    within(decoder.deviation('model.layers.0.self_attn.o_proj.weight'), 0.5 / 8)
    within(decoder.deviation('model.layers.0.mlp.down_proj.weight'), 0.5 / Math.sqrt(128))
    // fewer key heads than query heads: nothing to be near to
    const grouped = starts(llamaWeights({ ...llama, num_key_value_heads: 2, initialization: 'scaled' }))
    within(grouped.deviation('model.layers.0.self_attn.k_proj.weight'), 1 / 8)
  })

  test('equal seeds give equal weights, another seed or name others', () => {
    const shapes = ['a', 'b'].map((name): WeightShape => ({ name, shape: [4], start: { deviation: 1 } }))
    const draw = (seed: number, some = shapes) => {
      const weights = makeWeights(some, { seed })
      const tensors = tensorsOf(weights)
      tf.dispose([...weights.values()])
      return tensors
    }
    expect(draw(1)).toEqual(draw(1))
    expect(draw(1).get('a')).not.toEqual(draw(2).get('a'))
    expect(draw(1).get('a')).not.toEqual(draw(1).get('b'))
    // other weights do not shift it
    expect(draw(1, shapes.slice(1)).get('b')).toEqual(draw(1).get('b'))
  })
})

describe('from a checkpoint', () => {
  const shapes: WeightShape[] = [{ name: 'x', shape: [1, 2], start: { fill: 0 } }]

  test('takes what the network names, as a copy', () => {
    const data = Float32Array.of(1, 2)
    const weights = makeWeights(shapes, {
      tensors: new Map([
        ['x', { shape: [1, 2], data }],
        ['y', { shape: [1], data: Float32Array.of(3) }],
      ]),
    })
    expect([...weights.keys()]).toEqual(['x'])
    const copied = tensorsOf(weights)
    weights.get('x')!.assign(tf.tensor2d([[8, 9]]))
    expect(copied.get('x')).toEqual({ shape: [1, 2], data: Float32Array.of(1, 2) })
    expect([...data]).toEqual([1, 2])
    weights.get('x')!.dispose()
  })

  test('a missing tensor or another shape is refused by name', () => {
    const wrong = { shape: [2, 1], data: new Float32Array(2) }
    expect(() => makeWeights(shapes, { tensors: new Map() })).toThrow(/has no tensor x/)
    expect(() => makeWeights(shapes, { tensors: new Map([['x', wrong]]) })).toThrow(
      /Tensor x has shape \[2,1\]; config.json wants \[1,2\]/,
    )
  })
})

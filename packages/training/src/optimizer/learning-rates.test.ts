import { openBackend } from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, expect, test } from 'vitest'
import { rateFactors } from './learning-rates.ts'
import { createOptimizer } from './optimizer.ts'

beforeAll(() => openBackend('cpu'))

const decoder = [
  'model.embed_tokens.weight',
  'model.layers.0.mlp.up_proj.weight',
  'model.layers.1.mlp.up_proj.lora_A.weight',
  'model.layers.1.input_layernorm.weight',
  'model.norm.weight',
  'score.weight',
]

test('without rates every factor is 1', () =>
  expect([...rateFactors(decoder).values()]).toEqual(decoder.map(() => 1)))

test('each layer has that of the layer above it times the decay, tables one more', () => {
  expect(Object.fromEntries(rateFactors(decoder, { layerDecay: 0.5 }))).toEqual({
    'model.embed_tokens.weight': 0.125,
    'model.layers.0.mlp.up_proj.weight': 0.25,
    'model.layers.1.mlp.up_proj.lora_A.weight': 0.5,
    'model.layers.1.input_layernorm.weight': 0.5,
    'model.norm.weight': 1,
    'score.weight': 1,
  })
  const bert = [
    'bert.embeddings.LayerNorm.bias',
    'bert.encoder.layer.5.output.dense.weight',
    'classifier.weight',
  ]
  expect([...rateFactors(bert, { layerDecay: 0.9 }).values()]).toEqual([0.9 ** 7, 0.9, 1])
})

test('parts by name; the last that matches counts', () => {
  const factors = rateFactors(decoder, { layerDecay: 0.5, parts: { 'layers.*': 3, lora_A: 4, score: 10 } })
  expect(factors.get('model.layers.0.mlp.up_proj.weight')).toBe(0.75)
  expect(factors.get('model.layers.1.mlp.up_proj.lora_A.weight')).toBe(2)
  expect(factors.get('score.weight')).toBe(10)
})

test('the optimizer moves each weight by its rate', () =>
  tf.tidy(() => {
    const names = ['a.layers.0.weight', 'score.weight']
    const weights = new Map(names.map((name) => [name, tf.variable(tf.zeros([2]))]))
    const rates = { layerDecay: 0.5, parts: { score: 3 } }
    const numbers = { beta1: 0, beta2: 0, epsilon: 1e-8, weightDecay: 0, clip: 10 }
    const optimizer = createOptimizer(weights, { ...numbers, rates })
    const gradients = new Map(names.map((name) => [name, tf.ones([2])]))
    optimizer.update(gradients, { step: 1, learningRate: 0.1, parts: 1 })
    const moved = names.map((name) => weights.get(name)!.dataSync()[0]!)
    expect(moved[0]).toBeCloseTo(-0.05, 6)
    expect(moved[1]).toBeCloseTo(-0.3, 6)
    optimizer.dispose()
    tf.dispose([...weights.values()])
  }))

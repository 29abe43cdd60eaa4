// What weights a BERT has, and how they start when it is new.
import type { WeightShape } from '../../weights.ts'
import type { BertConfig } from './config.ts'

/** The weights in checkpoint order. */
export function bertWeights(config: BertConfig): WeightShape[] {
  const { hidden_size: D, intermediate_size: I, vocab_size: V } = config
  const scaled = config.initialization === 'scaled'
  const fan = (inputs: number, factor = 1) => (scaled ? factor / Math.sqrt(inputs) : 0.02)
  const weight = (name: string, shape: number[], deviation: number): WeightShape => ({
    name: `${name}.weight`,
    shape,
    start: { deviation },
  })
  const bias = (name: string, size: number): WeightShape => ({
    name: `${name}.bias`,
    shape: [size],
    start: { fill: 0 },
  })
  const dense = (name: string, from: number, to: number, factor = 1) => [
    weight(name, [to, from], fan(from, factor)),
    bias(name, to),
  ]
  const norm = (name: string): WeightShape[] => [
    { name: `${name}.weight`, shape: [D], start: { fill: 1 } },
    bias(name, D),
  ]
  const layers = Array.from({ length: config.num_hidden_layers }, (_, layer) => {
    const name = `bert.encoder.layer.${layer}`
    const self = `${name}.attention.self`
    const near: WeightShape = {
      name: `${self}.key.weight`,
      shape: [D, D],
      start: { near: `${self}.query.weight`, deviation: 0.3 * fan(D) },
    }
    return [
      ...dense(`${self}.query`, D, D),
      ...(scaled ? [near, bias(`${self}.key`, D)] : dense(`${self}.key`, D, D)),
      ...dense(`${self}.value`, D, D),
      // what is added to the residual stream starts smaller
      ...dense(`${name}.attention.output.dense`, D, D, 0.7),
      ...norm(`${name}.attention.output.LayerNorm`),
      ...dense(`${name}.intermediate.dense`, D, I),
      ...dense(`${name}.output.dense`, I, D, 0.7),
      ...norm(`${name}.output.LayerNorm`),
    ]
  })
  return [
    weight('bert.embeddings.word_embeddings', [V, D], scaled ? 0.05 : 0.02),
    weight('bert.embeddings.position_embeddings', [config.max_position_embeddings, D], 0.02),
    weight('bert.embeddings.token_type_embeddings', [config.type_vocab_size, D], 0.02),
    ...norm('bert.embeddings.LayerNorm'),
    ...layers.flat(),
    ...dense('bert.pooler.dense', D, D),
    weight('classifier', [1, D], 0.02),
    bias('classifier', 1),
  ]
}

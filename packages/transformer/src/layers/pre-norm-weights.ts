// The weights of a pre-norm decoder, and their initial values.
import type { WeightShape } from '../weights.ts'
import { headsOf } from './decoder-keys.ts'
import { hasTypes, type PreNormConfig, type PreNormKind } from './pre-norm-decoder.ts'

/** The weights in checkpoint order, with the ranking head `score.weight` of LlamaForSequenceClassification. */
export function preNormWeights(
  config: PreNormConfig,
  { biases, headNorms }: Omit<PreNormKind, 'reach'>,
): WeightShape[] {
  const { hidden_size: D, intermediate_size: I, vocab_size: V } = config
  const { size, keyHeads } = headsOf(config)
  const [queries, keys] = [size * config.num_attention_heads, size * keyHeads]
  const scaled = config.initialization === 'scaled'
  const fan = (inputs: number, factor = 1) => (scaled ? factor / Math.sqrt(inputs) : 0.02)
  const weight = (name: string, shape: number[], deviation: number): WeightShape => ({
    name: `${name}.weight`,
    shape,
    start: { deviation },
  })
  const norm = (name: string, width = D): WeightShape => ({
    name: `${name}.weight`,
    shape: [width],
    start: { fill: 1 },
  })
  const bias = (name: string, width: number, there: boolean | undefined): WeightShape[] =>
    there ? [{ name: `${name}.bias`, shape: [width], start: { fill: 0 } }] : []
  // only as many key heads as query heads can start near them
  const tied = scaled && keys === queries
  const layers = Array.from({ length: config.num_hidden_layers }, (_, layer) => {
    const [attention, feedForward] = [`model.layers.${layer}.self_attn`, `model.layers.${layer}.mlp`]
    const query = `${attention}.q_proj`
    const key: WeightShape = {
      name: `${attention}.k_proj.weight`,
      shape: [keys, D],
      start: tied ? { near: `${query}.weight`, deviation: 0.3 * fan(D) } : { deviation: fan(D) },
    }
    return [
      norm(`model.layers.${layer}.input_layernorm`),
      weight(query, [queries, D], fan(D)),
      ...bias(query, queries, biases.qkv),
      key,
      ...bias(`${attention}.k_proj`, keys, biases.qkv),
      weight(`${attention}.v_proj`, [keys, D], fan(D)),
      ...bias(`${attention}.v_proj`, keys, biases.qkv),
      ...(headNorms ? [norm(`${attention}.q_norm`, size), norm(`${attention}.k_norm`, size)] : []),
      weight(`${attention}.o_proj`, [D, queries], fan(queries, 0.5)),
      ...bias(`${attention}.o_proj`, D, biases.output),
      norm(`model.layers.${layer}.post_attention_layernorm`),
      weight(`${feedForward}.gate_proj`, [I, D], fan(D)),
      ...bias(`${feedForward}.gate_proj`, I, biases.feedForward),
      weight(`${feedForward}.up_proj`, [I, D], fan(D)),
      ...bias(`${feedForward}.up_proj`, I, biases.feedForward),
      weight(`${feedForward}.down_proj`, [D, I], fan(I, 0.5)),
      ...bias(`${feedForward}.down_proj`, D, biases.feedForward),
    ]
  })
  return [
    weight('model.embed_tokens', [V, D], scaled ? 0.05 : 0.02),
    ...(hasTypes(config) ? [weight('model.embed_types', [config.type_vocab_size!, D], 0.02)] : []),
    ...layers.flat(),
    norm('model.norm'),
    ...(config.tie_word_embeddings ? [] : [weight('lm_head', [V, D], 0.02)]),
    weight('score', [1, D], 0.02),
  ]
}

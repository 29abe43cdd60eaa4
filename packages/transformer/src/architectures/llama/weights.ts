// What weights a LLaMA has, and how they start when it is new.
import type { WeightShape } from '../../weights.ts'
import type { LlamaConfig } from './config.ts'

export const hasTypes = (config: LlamaConfig): boolean => (config.type_vocab_size ?? 1) > 1

/** The weights in checkpoint order, with the ranking head `score.weight` of LlamaForSequenceClassification. */
export function llamaWeights(config: LlamaConfig): WeightShape[] {
  const { hidden_size: D, intermediate_size: I, vocab_size: V } = config
  const keys = (D / config.num_attention_heads) * config.num_key_value_heads
  const scaled = config.initialization === 'scaled'
  const fan = (inputs: number, factor = 1) => (scaled ? factor / Math.sqrt(inputs) : 0.02)
  const weight = (name: string, shape: number[], deviation: number): WeightShape => ({
    name: `${name}.weight`,
    shape,
    start: { deviation },
  })
  const norm = (name: string): WeightShape => ({ name: `${name}.weight`, shape: [D], start: { fill: 1 } })
  // only as many key heads as query heads can start near them
  const tied = scaled && keys === D
  const layers = Array.from({ length: config.num_hidden_layers }, (_, layer) => {
    const name = `model.layers.${layer}`
    const query = `${name}.self_attn.q_proj`
    const key: WeightShape = {
      name: `${name}.self_attn.k_proj.weight`,
      shape: [keys, D],
      start: tied ? { near: `${query}.weight`, deviation: 0.3 * fan(D) } : { deviation: fan(D) },
    }
    return [
      norm(`${name}.input_layernorm`),
      weight(query, [D, D], fan(D)),
      key,
      weight(`${name}.self_attn.v_proj`, [keys, D], fan(D)),
      weight(`${name}.self_attn.o_proj`, [D, D], fan(D, 0.5)),
      norm(`${name}.post_attention_layernorm`),
      weight(`${name}.mlp.gate_proj`, [I, D], fan(D)),
      weight(`${name}.mlp.up_proj`, [I, D], fan(D)),
      weight(`${name}.mlp.down_proj`, [D, I], fan(I, 0.5)),
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

// The weights of a Gemma 3. Its norms multiply by 1 + weight, so a new one starts at 0.
import { headsOf } from '../../layers/decoder-keys.ts'
import type { WeightShape } from '../../weights.ts'
import type { Gemma3Config } from './config.ts'

/** The weights in checkpoint order, with the ranking head of Gemma3TextForSequenceClassification. */
export function gemma3Weights(config: Gemma3Config): WeightShape[] {
  const { hidden_size: D, intermediate_size: I, vocab_size: V } = config
  const { size, keyHeads } = headsOf(config)
  const [queries, keys] = [size * config.num_attention_heads, size * keyHeads]
  const weight = (name: string, ...shape: number[]): WeightShape => ({
    name: `${name}.weight`,
    shape,
    start: { deviation: 0.02 },
  })
  const norm = (name: string, width = D): WeightShape => ({
    name: `${name}.weight`,
    shape: [width],
    start: { fill: 0 },
  })
  const layers = Array.from({ length: config.num_hidden_layers }, (_, layer) => {
    const name = `model.layers.${layer}`
    return [
      weight(`${name}.self_attn.q_proj`, queries, D),
      weight(`${name}.self_attn.k_proj`, keys, D),
      weight(`${name}.self_attn.v_proj`, keys, D),
      weight(`${name}.self_attn.o_proj`, D, queries),
      norm(`${name}.self_attn.q_norm`, size),
      norm(`${name}.self_attn.k_norm`, size),
      weight(`${name}.mlp.gate_proj`, I, D),
      weight(`${name}.mlp.up_proj`, I, D),
      weight(`${name}.mlp.down_proj`, D, I),
      norm(`${name}.input_layernorm`),
      norm(`${name}.post_attention_layernorm`),
      norm(`${name}.pre_feedforward_layernorm`),
      norm(`${name}.post_feedforward_layernorm`),
    ]
  })
  return [
    weight('model.embed_tokens', V, D),
    ...layers.flat(),
    norm('model.norm'),
    ...(config.tie_word_embeddings ? [] : [weight('lm_head', V, D)]),
    weight('score', 1, D),
  ]
}

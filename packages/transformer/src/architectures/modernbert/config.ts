// The keys of Hugging Face's ModernBertConfig that the forward pass reads. Files from before transformers 5 describe how
// layers alternate by global_attn_every_n_layers and two thetas, newer ones by layer_types and rope_parameters.
import { z } from 'zod'
import { absolutePositions, activation, count, heads, positive } from '../config-values.ts'

const kind = z.enum(['full_attention', 'sliding_attention'])
const rotary = z
  .strictObject({
    rope_type: z.literal('default', 'only "default" is built').optional(),
    rope_theta: positive.optional(),
  })
  .optional()

export const modernbertConfig = z
  .strictObject({
    model_type: z.literal('modernbert'),
    vocab_size: count,
    hidden_size: count,
    num_hidden_layers: count,
    num_attention_heads: count,
    intermediate_size: count,
    max_position_embeddings: count.default(8192),
    norm_eps: positive.default(1e-5),
    norm_bias: z.boolean().default(false),
    attention_bias: z.boolean().default(false),
    mlp_bias: z.boolean().default(false),
    hidden_activation: activation.default('gelu'),
    classifier_activation: activation.default('gelu'),
    classifier_bias: z.boolean().default(false),
    classifier_pooling: z.enum(['cls', 'mean'], 'wanted cls or mean').default('cls'),
    /** size of the window of a local layer, half of it on each side */
    local_attention: count.default(128),
    layer_types: z.array(kind).optional(),
    global_attn_every_n_layers: count.default(3),
    rope_parameters: z.strictObject({ full_attention: rotary, sliding_attention: rotary }).optional(),
    global_rope_theta: positive.default(160_000),
    local_rope_theta: positive.default(10_000),
    position_embedding_type: absolutePositions,
  })
  .refine(...heads)
  .refine((c) => c.layer_types === undefined || c.layer_types.length === c.num_hidden_layers, {
    error: 'layer_types must name every layer',
  })

export type ModernbertConfig = Readonly<z.output<typeof modernbertConfig>>

/** By layer: rotary theta, and the window on each side (undefined: none). */
export function layerKinds(config: ModernbertConfig) {
  const { layer_types, global_attn_every_n_layers: every, rope_parameters: rope, num_hidden_layers } = config
  return Array.from({ length: num_hidden_layers }, (_, layer) => {
    const type = layer_types?.[layer] ?? (layer % every === 0 ? 'full_attention' : 'sliding_attention')
    return type === 'full_attention'
      ? { type, theta: rope?.full_attention?.rope_theta ?? config.global_rope_theta, window: undefined }
      : {
          type,
          theta: rope?.sliding_attention?.rope_theta ?? config.local_rope_theta,
          window: config.local_attention >> 1,
        }
  })
}

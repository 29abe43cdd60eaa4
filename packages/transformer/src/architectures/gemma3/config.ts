// The keys of Gemma3TextConfig: older files describe local attention by sliding_window_pattern and rope_local_base_freq,
// newer ones by layer_types and rope_parameters.
import { z } from 'zod'
import { decoderKeys, headsFit, headsMessage } from '../../layers/decoder-keys.ts'
import { type RotaryScaling, rotaryByLayerType } from '../../layers/rotary.ts'
import { count } from '../config-values.ts'

const none = z.null('only null is built').optional()

export const gemma3Config = z
  .strictObject({
    ...decoderKeys,
    model_type: z.literal('gemma3_text'),
    head_dim: count.default(256),
    hidden_act: z.undefined().optional(),
    hidden_activation: z.literal('gelu_pytorch_tanh', 'only "gelu_pytorch_tanh" is built').optional(),
    tie_word_embeddings: z.boolean('wanted true or false').default(true),
    query_pre_attn_scalar: z.number('wanted a number').positive('wanted a number above 0').default(256),
    attention_bias: z.literal(false, 'only false is built').optional(),
    attn_logit_softcapping: none,
    final_logit_softcapping: none,
    use_bidirectional_attention: z.literal(false, 'only false is built').optional(),
    sliding_window: count.default(4096),
    layer_types: z.array(z.enum(['full_attention', 'sliding_attention'])).optional(),
    sliding_window_pattern: count.optional(),
    _sliding_window_pattern: count.optional(),
    rope_local_base_freq: z.number('wanted a number').positive('wanted a number above 0').default(10_000),
    rope_parameters: rotaryByLayerType.optional(),
  })
  .refine(headsFit, headsMessage)

export type Gemma3Config = z.output<typeof gemma3Config>

/** The layers with full attention, and those with a window. */
export function layerTypes(config: Gemma3Config): readonly ('full_attention' | 'sliding_attention')[] {
  const { layer_types, num_hidden_layers: layers } = config
  const every = config.sliding_window_pattern ?? config._sliding_window_pattern ?? 6
  return (
    layer_types ??
    Array.from({ length: layers }, (_, i) => ((i + 1) % every === 0 ? 'full_attention' : 'sliding_attention'))
  )
}

/** theta and scaling of a kind of layer; only layers with full attention are scaled. */
export function rotaryOf(
  config: Gemma3Config,
  type: 'full_attention' | 'sliding_attention',
): { readonly theta: number; readonly scaling: RotaryScaling | undefined } {
  const given = config.rope_parameters?.[type]
  const local = type === 'sliding_attention'
  const theta = local ? config.rope_local_base_freq : (config.rope_theta ?? 1_000_000)
  return { theta: given?.rope_theta ?? theta, scaling: given ?? (local ? undefined : config.rope_scaling) }
}

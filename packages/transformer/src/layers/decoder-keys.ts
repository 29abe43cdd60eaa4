// The keys that the config.json of most decoders has, and the checks between them.
import { z } from 'zod'
import { count } from '../architectures/config-values.ts'
import { rotaryKeys } from './rotary.ts'

export const decoderKeys = {
  vocab_size: count,
  hidden_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  /** num_attention_heads by default */
  num_key_value_heads: count.optional(),
  /** hidden_size / num_attention_heads by default */
  head_dim: count.optional(),
  intermediate_size: count,
  max_position_embeddings: count,
  rms_norm_eps: z.number('wanted a number'),
  hidden_act: z.literal('silu', 'only "silu" is built').optional(),
  tie_word_embeddings: z.boolean('wanted true or false').default(false),
  ...rotaryKeys,
  /** more than 1 adds type embeddings, which no published decoder has: for exact-match token types */
  type_vocab_size: count.optional(),
  /** as in BertConfig */
  initialization: z.enum(['huggingface', 'scaled']).optional(),
}

interface Heads {
  readonly hidden_size: number
  readonly num_attention_heads: number
  readonly num_key_value_heads?: number | undefined
  readonly head_dim?: number | undefined
}

/** Features of a head, and number of key heads. */
export const headsOf = (config: Heads) => ({
  size: config.head_dim ?? config.hidden_size / config.num_attention_heads,
  keyHeads: config.num_key_value_heads ?? config.num_attention_heads,
})

/** For `refine`: an even head size, and heads in whole groups. */
export const headsFit = (config: Heads): boolean => {
  const { size, keyHeads } = headsOf(config)
  return size % 2 === 0 && config.num_attention_heads % keyHeads === 0
}

export const headsMessage = {
  error: ({ input }: { readonly input?: unknown }) => {
    const config = input as Heads
    const { size, keyHeads } = headsOf(config)
    return `hidden_size ${config.hidden_size}, num_attention_heads ${config.num_attention_heads}, num_key_value_heads ${keyHeads} and head_dim ${size} do not fit: wanted an even size a head, and heads in whole groups`
  },
}

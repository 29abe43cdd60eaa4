// Values that the configurations of many architectures have.
import { z } from 'zod'
import type { Activation } from '../operations/encoder-operations.ts'

/** a whole number from 1 */
export const count = z.int('wanted a whole number from 1').min(1, 'wanted at least 1')

/** above 0 */
export const positive = z.number('wanted a number above 0').positive('wanted a number above 0')

/** The names of the supported activations in transformers. */
export const activation = z.enum(
  ['gelu', 'gelu_new', 'gelu_pytorch_tanh', 'relu', 'silu', 'swish'],
  'wanted gelu, gelu_new, gelu_pytorch_tanh, relu, silu or swish',
)

export type ActivationName = z.output<typeof activation>

/** The activation of that name. */
export function activationOf(name: ActivationName): Activation {
  if (name === 'gelu_pytorch_tanh') return 'gelu_new'
  return name === 'swish' ? 'silu' : name
}

/** learned positions, one row each; the relative kinds compute something else */
export const absolutePositions = z.literal('absolute', 'only "absolute" is built').optional()

/** For `refine`: heads share the features evenly. */
export const heads = [
  (c: { readonly hidden_size: number; readonly num_attention_heads: number }) =>
    c.hidden_size % c.num_attention_heads === 0,
  {
    error: ({ input }: { readonly input?: unknown }) => {
      const c = input as Record<string, number>
      return `hidden_size ${c.hidden_size} is no multiple of num_attention_heads ${c.num_attention_heads}`
    },
  },
] as const

/** The keys of BertConfig that RobertaConfig and ElectraConfig share. */
export const bertKeys = {
  vocab_size: count,
  hidden_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  intermediate_size: count,
  max_position_embeddings: count,
  hidden_act: activation,
  position_embedding_type: absolutePositions,
  // keys that make it a decoder, which is not supported
  is_decoder: z.literal(false, 'only false is built').optional(),
  add_cross_attention: z.literal(false, 'only false is built').optional(),
}

/** Keys of encoders' configurations that do not affect a score. */
export const ENCODER_HARMLESS = ['tie_word_embeddings', 'chunk_size_feed_forward', 'language', 'name']

// The keys of Hugging Face's BertConfig that BERT's forward pass reads.
import { z } from 'zod'
import { count } from '../config-values.ts'

export const bertConfig = z
  .strictObject({
    model_type: z.literal('bert'),
    vocab_size: count,
    hidden_size: count,
    num_hidden_layers: count,
    num_attention_heads: count,
    intermediate_size: count,
    max_position_embeddings: count,
    type_vocab_size: count,
    layer_norm_eps: z.number(),
    hidden_act: z.literal('gelu', 'only "gelu" (exact) is built'),
    /**
     * huggingface: every weight normal with deviation 0.02, made for pre-training on much text. scaled: deviation
     * 1 / sqrt(inputs), keys near queries; learns to rank from little data from scratch
     */
    initialization: z.enum(['huggingface', 'scaled']).optional(),
  })
  .refine((c) => c.hidden_size % c.num_attention_heads === 0, {
    error: ({ input }) => {
      const c = input as Record<string, number>
      return `hidden_size ${c.hidden_size} is no multiple of num_attention_heads ${c.num_attention_heads}`
    },
  })

export type BertConfig = Readonly<z.output<typeof bertConfig>>

// The keys of Hugging Face's LlamaConfig that LLaMA's forward pass reads.
import { z } from 'zod'
import { count } from '../config-values.ts'

export const llamaConfig = z
  .strictObject({
    model_type: z.literal('llama'),
    vocab_size: count,
    hidden_size: count,
    num_hidden_layers: count,
    num_attention_heads: count,
    num_key_value_heads: count,
    intermediate_size: count,
    max_position_embeddings: count,
    rms_norm_eps: z.number(),
    rope_theta: z.number(),
    tie_word_embeddings: z.boolean(),
    /** more than 1 adds type embeddings, which a LLaMA does not have: for exact-match marks */
    type_vocab_size: count.optional(),
    /** as in BertConfig */
    initialization: z.enum(['huggingface', 'scaled']).optional(),
  })
  .refine(
    (c) =>
      c.hidden_size % (2 * c.num_attention_heads) === 0 &&
      c.num_attention_heads % c.num_key_value_heads === 0,
    {
      error: ({ input }) => {
        const c = input as Record<string, number>
        return `hidden_size ${c.hidden_size}, num_attention_heads ${c.num_attention_heads} and num_key_value_heads ${c.num_key_value_heads} do not fit: wanted an even size a head, and heads in whole groups`
      },
    },
  )

export type LlamaConfig = Readonly<z.output<typeof llamaConfig>>

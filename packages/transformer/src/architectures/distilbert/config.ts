// The keys of Hugging Face's DistilBertConfig that the forward pass reads.
import { z } from 'zod'
import { activation, count } from '../config-values.ts'

export const distilbertConfig = z
  .strictObject({
    model_type: z.literal('distilbert'),
    vocab_size: count,
    dim: count.default(768),
    n_layers: count.default(6),
    n_heads: count.default(12),
    hidden_dim: count.default(3072),
    max_position_embeddings: count.default(512),
    activation: activation.default('gelu'),
  })
  .refine((c) => c.dim % c.n_heads === 0, {
    error: ({ input }) => {
      const c = input as Record<string, number>
      return `dim ${c.dim} is no multiple of n_heads ${c.n_heads}`
    },
  })

export type DistilbertConfig = Readonly<z.output<typeof distilbertConfig>>

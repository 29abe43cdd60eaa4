// The keys of Hugging Face's ElectraConfig that the forward pass reads.
import { z } from 'zod'
import { bertKeys, count, heads, positive } from '../config-values.ts'

export const electraConfig = z
  .strictObject({
    model_type: z.literal('electra'),
    ...bertKeys,
    /** width of the tables; a dense layer widens it to hidden_size */
    embedding_size: count.default(128),
    type_vocab_size: count.default(2),
    layer_norm_eps: positive.default(1e-12),
  })
  .refine(...heads)

export type ElectraConfig = Readonly<z.output<typeof electraConfig>>

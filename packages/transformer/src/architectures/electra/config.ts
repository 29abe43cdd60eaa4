// The keys of Hugging Face's ElectraConfig that the forward pass reads.
import { z } from 'zod'
import { absolutePositions, activation, count, encoderOnly, heads, positive } from '../config-values.ts'

export const electraConfig = z
  .strictObject({
    model_type: z.literal('electra'),
    vocab_size: count,
    /** width of the tables; a dense layer widens it to hidden_size */
    embedding_size: count.default(128),
    hidden_size: count,
    num_hidden_layers: count,
    num_attention_heads: count,
    intermediate_size: count,
    max_position_embeddings: count,
    type_vocab_size: count.default(2),
    layer_norm_eps: positive.default(1e-12),
    hidden_act: activation,
    position_embedding_type: absolutePositions,
    ...encoderOnly,
  })
  .refine(...heads)

export type ElectraConfig = Readonly<z.output<typeof electraConfig>>

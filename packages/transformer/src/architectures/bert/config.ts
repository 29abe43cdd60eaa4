// The keys of Hugging Face's BertConfig that BERT's forward pass reads.
import { z } from 'zod'
import { absolutePositions, activation, count, encoderOnly, heads, positive } from '../config-values.ts'

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
    layer_norm_eps: positive,
    hidden_act: activation,
    position_embedding_type: absolutePositions,
    ...encoderOnly,
    /**
     * huggingface: every weight normal with deviation 0.02, made for pre-training on much text. scaled: deviation
     * 1 / sqrt(inputs), keys near queries; learns to rank from little data from scratch
     */
    initialization: z.enum(['huggingface', 'scaled']).optional(),
  })
  .refine(...heads)

export type BertConfig = Readonly<z.output<typeof bertConfig>>

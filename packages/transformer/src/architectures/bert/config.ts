// The keys of Hugging Face's BertConfig that BERT's forward pass reads.
import { z } from 'zod'
import { bertKeys, count, heads, positive } from '../config-values.ts'

export const bertConfig = z
  .strictObject({
    model_type: z.literal('bert'),
    ...bertKeys,
    type_vocab_size: count,
    layer_norm_eps: positive,
    /**
     * huggingface: every weight normal with deviation 0.02, for pre-training on much text. scaled: deviation
     * 1 / sqrt(inputs), keys near queries; learns to rank from little data from scratch
     */
    initialization: z.enum(['huggingface', 'scaled']).optional(),
  })
  .refine(...heads)

export type BertConfig = Readonly<z.output<typeof bertConfig>>

// The keys of Hugging Face's RobertaConfig and XLMRobertaConfig that the forward pass reads.
import { z } from 'zod'
import { bertKeys, count, heads, positive } from '../config-values.ts'

const keys = {
  ...bertKeys,
  type_vocab_size: count.default(2),
  layer_norm_eps: positive.default(1e-12),
  /** the first position is this id + 1 */
  pad_token_id: z.int().min(0).default(1),
}

export const robertaConfig = z.strictObject({ model_type: z.literal('roberta'), ...keys }).refine(...heads)
export const xlmRobertaConfig = z
  .strictObject({ model_type: z.literal('xlm-roberta'), ...keys })
  .refine(...heads)

export type RobertaConfig = Readonly<z.output<typeof robertaConfig> | z.output<typeof xlmRobertaConfig>>

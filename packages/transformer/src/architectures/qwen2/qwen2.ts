// Qwen 2 and 2.5 (Yang et al. 2024): a LLaMA with biases of queries, keys and values.
import { z } from 'zod'
import type { DecoderArchitecture } from '../../architecture.ts'
import { decoderKeys, headsFit, headsMessage } from '../../layers/decoder-keys.ts'
import type { PreNormKind } from '../../layers/pre-norm-decoder.ts'
import { preNormDecoder } from '../../layers/pre-norm-forward.ts'
import { qwenKeys, qwenReach } from '../../layers/qwen-keys.ts'

const config = z
  .strictObject({ model_type: z.literal('qwen2'), ...decoderKeys, ...qwenKeys })
  .refine(headsFit, headsMessage)

type Checked = z.output<typeof config>

const kind = (config: Checked): PreNormKind => ({
  biases: { qkv: true },
  headNorms: false,
  reach: qwenReach(config),
})

export const qwen2 = {
  modelType: 'qwen2',
  config,
  className: 'Qwen2ForSequenceClassification',
  // eos_token_id of an instructed Qwen ends a turn of a dialogue; the text ends with this
  lastToken: ['<|endoftext|>'],
  harmless: [],
  ...preNormDecoder(kind),
} satisfies DecoderArchitecture<Checked>

// Qwen 3 (Yang et al. 2025): a LLaMA with normalised queries and keys in each head, and a configurable head
// size.
import { z } from 'zod'
import type { DecoderArchitecture } from '../../architecture.ts'
import { decoderKeys, headsFit, headsMessage } from '../../layers/decoder-keys.ts'
import type { PreNormKind } from '../../layers/pre-norm-decoder.ts'
import { preNormDecoder } from '../../layers/pre-norm-forward.ts'
import { qwenKeys, qwenReach } from '../../layers/qwen-keys.ts'
import { count } from '../config-values.ts'

const config = z
  .strictObject({
    model_type: z.literal('qwen3'),
    ...decoderKeys,
    ...qwenKeys,
    head_dim: count.default(128),
    attention_bias: z.boolean('wanted true or false').default(false),
  })
  .refine(headsFit, headsMessage)

type Checked = z.output<typeof config>

const kind = (config: Checked): PreNormKind => ({
  biases: { qkv: config.attention_bias, output: config.attention_bias },
  headNorms: true,
  reach: qwenReach(config),
})

export const qwen3 = {
  modelType: 'qwen3',
  config,
  className: 'Qwen3ForSequenceClassification',
  // eos_token_id of an instructed Qwen ends a turn of a dialogue; the text ends with this
  lastToken: ['<|endoftext|>'],
  harmless: [],
  ...preNormDecoder(kind),
} satisfies DecoderArchitecture<Checked>

// LLaMA 1 to 3 (Touvron et al. 2023; Dubey et al. 2024) and models of the same architecture: SmolLM2, TinyLlama.
import { z } from 'zod'
import type { DecoderArchitecture } from '../../architecture.ts'
import { decoderKeys, headsFit, headsMessage } from '../../layers/decoder-keys.ts'
import type { PreNormKind } from '../../layers/pre-norm-decoder.ts'
import { preNormDecoder } from '../../layers/pre-norm-forward.ts'

const config = z
  .strictObject({
    model_type: z.literal('llama'),
    ...decoderKeys,
    attention_bias: z.boolean('wanted true or false').default(false),
    mlp_bias: z.boolean('wanted true or false').default(false),
    rope_interleaved: z.literal(false, 'only false is built').optional(),
  })
  .refine(headsFit, headsMessage)

/** in the form of config.json */
export type LlamaConfig = z.input<typeof config>
type Checked = z.output<typeof config>

const kind = ({ attention_bias, mlp_bias }: Checked): PreNormKind => ({
  biases: { qkv: attention_bias, output: attention_bias, feedForward: mlp_bias },
  headNorms: false,
  reach: () => undefined,
})

export const llama = {
  modelType: 'llama',
  config,
  className: 'LlamaForSequenceClassification',
  lastToken: [],
  harmless: ['is_llama_config'],
  ...preNormDecoder(kind),
} satisfies DecoderArchitecture<Checked>

// Mistral 7B (Jiang et al. 2023): a LLaMA whose attention has a sliding window.
import { z } from 'zod'
import type { DecoderArchitecture } from '../../architecture.ts'
import { decoderKeys, headsFit, headsMessage } from '../../layers/decoder-keys.ts'
import type { PreNormKind } from '../../layers/pre-norm-decoder.ts'
import { preNormDecoder } from '../../layers/pre-norm-forward.ts'
import { count } from '../config-values.ts'

const config = z
  .strictObject({
    model_type: z.literal('mistral'),
    ...decoderKeys,
    /** size of the window, including the token itself; no window by default */
    sliding_window: count.optional(),
  })
  .refine(headsFit, headsMessage)

type Checked = z.output<typeof config>

const kind = ({ sliding_window }: Checked): PreNormKind => ({
  biases: {},
  headNorms: false,
  reach: () => (sliding_window === undefined ? undefined : sliding_window - 1),
})

export const mistral = {
  modelType: 'mistral',
  config,
  className: 'MistralForSequenceClassification',
  lastToken: [],
  harmless: [],
  ...preNormDecoder(kind),
} satisfies DecoderArchitecture<Checked>

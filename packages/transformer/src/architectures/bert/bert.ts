// BERT (Devlin et al. 2019).
import type { EncoderArchitecture } from '../../architecture.ts'
import { type BertConfig, bertConfig } from './config.ts'
import { bertForward } from './forward.ts'
import { bertWeights } from './weights.ts'

export const bert = {
  modelType: 'bert',
  config: bertConfig,
  harmless: [],
  weights: bertWeights,
  forward: bertForward,
} satisfies EncoderArchitecture<BertConfig>

// LLaMA (Touvron et al. 2023).
import type { DecoderArchitecture } from '../../architecture.ts'
import { type LlamaConfig, llamaConfig } from './config.ts'
import { llamaForward } from './forward.ts'
import { llamaWeights } from './weights.ts'

export const llama = {
  modelType: 'llama',
  config: llamaConfig,
  harmless: [],
  weights: llamaWeights,
  forward: llamaForward,
} satisfies DecoderArchitecture<LlamaConfig>

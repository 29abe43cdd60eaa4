// Gemma 3, the text models (Gemma Team 2025).
import type { DecoderArchitecture } from '../../architecture.ts'
import { type Gemma3Config, gemma3Config } from './config.ts'
import { gemma3Forward } from './forward.ts'
import { gemma3Weights } from './weights.ts'

export const gemma3 = {
  modelType: 'gemma3_text',
  config: gemma3Config,
  className: 'Gemma3TextForSequenceClassification',
  lastToken: ['<eos>'],
  harmless: ['use_cache', 'cache_implementation'],
  weights: gemma3Weights,
  forward: gemma3Forward,
} satisfies DecoderArchitecture<Gemma3Config>

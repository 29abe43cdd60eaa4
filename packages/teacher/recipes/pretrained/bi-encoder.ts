// A published bi-encoder, fine-tuned on the log: `npm run start:pretrained -- --fine-tune`.
import { pretrainedModels } from '@disranker/checkpoint'
import type { BiEncoderRecipe } from '../../src/bi-encoder.ts'
import own from '../bi-encoder.ts'

export default {
  ...own,
  ...pretrainedModels['bi-encoder'],
  // tokens; time grows with length
  lengths: { query: 24, document: 40 },
  // 6 minutes on 2 cores
  training: { ...own.training, steps: 300, checkpointEvery: 25 },
  queries: 16,
  groups: { ...own.groups, weakShare: 0.4 },
} satisfies BiEncoderRecipe

// Continued pre-training from published weights: `npm run start:pretrained -- --decoder`.
import { isAsked, pretrainedModels } from '@disranker/checkpoint'
import type { CptRecipe } from '../../src/cpt.ts'
import type { LeftOut } from '../../src/training/leave-out.ts'

const decoder: CptRecipe = {
  ...pretrainedModels.decoder,
  seed: 1,
  // scoring a hundred thousand pairs with all 30 layers would take a night on a CPU; remove this line if you
  // have a GPU
  layers: [0, 1, 2, 3, 4, 5, 6, 7],
  lengths: { maxLength: 'auto', maxQuery: 'auto', maxTitle: 'auto', maxSummary: 'auto' },
  // the table of 49,152 words stays frozen
  trains: { embeddings: false },
  training: {
    steps: 200,
    schedule: { shape: 'linear', peak: 2e-4, warmup: 0.1 },
    optimizer: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.01, clip: 1 },
    checkpointEvery: 20,
  },
  batch: 8,
  weakShare: 0.5,
}

export default (isAsked('decoder')
  ? decoder
  : {
      leftOut: 'scoring with a decoder of 135M parameters takes a CPU hours: start:pretrained -- --decoder',
    }) satisfies CptRecipe | LeftOut

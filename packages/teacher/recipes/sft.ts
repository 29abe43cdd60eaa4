// Fine-tuning to rank on your own log. The embedded example uses recipes/example/sft.ts.
import type { SftRecipe } from '../src/sft.ts'

export default {
  seed: 2,
  training: {
    steps: 'auto',
    schedule: { shape: 'linear', peak: 6e-4, warmup: 0.06 },
    optimizer: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.01, clip: 1 },
    checkpointEvery: 50,
  },
  queries: 4,
  // half of the other documents come from the first stage, one in eight is popular
  groups: { size: 8, hardShare: 0.5, popularShare: 0.125, weakShare: 0.3 },
  // for any grades: a document of a higher grade must score higher by the margin
  objective: { loss: 'pairwise-margin', margin: 1, lowWeight: 0.25 },
  wordDropout: 0.1,
} satisfies SftRecipe

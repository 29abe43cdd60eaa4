// Linear maps on the frozen encoder. Without features (recipes/features.ts) the stage does no work.
import type { HeadsRecipe } from '../src/heads.ts'

export default {
  seed: 9,
  temperature: 0.05,
  objective: { gains: 'auto' },
  batch: 32,
  documents: 600,
  trainTimes: 2,
  training: {
    steps: 400,
    schedule: { shape: 'constant', peak: 3e-4, warmup: 0 },
    // pulls the maps back towards the identity, because judged queries are few
    optimizer: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.02, clip: 1 },
    checkpointEvery: 100,
  },
} satisfies HeadsRecipe

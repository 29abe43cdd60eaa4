// A published bi-encoder as a teacher. Its weights do not come from npm: name a model of the hub or a folder
// in `from`, and add the stage to the teachers of recipes/score.ts.
import type { BiEncoderRecipe } from '../src/bi-encoder.ts'

export default {
  seed: 4,
  from: false,
  lengths: { query: 32, document: 64 },
  temperature: 0.05,
  // words outside the log keep their relation to those in it
  freeze: ['word_embeddings'],
  training: {
    steps: 'auto',
    schedule: { shape: 'linear', peak: 1e-4, warmup: 0.1 },
    optimizer: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.01, clip: 1 },
    checkpointEvery: 50,
  },
  queries: 32,
  groups: { size: 2, hardShare: 0.5, popularShare: 0, weakShare: 0.5 },
  objective: { loss: 'listwise', gains: 'auto' },
} satisfies BiEncoderRecipe

// The bag-of-words baseline of your own log; it does no work if there are more documents than its softmax
// allows.
import type { BagOfWordsRecipe } from '../src/bag-of-words.ts'

export default {
  seed: 4,
  words: 10_000,
  features: 100,
  epochs: 6,
  batch: 64,
  wordDropout: 0.2,
  trainTimes: 2,
  maxDocuments: 5_000,
  lexicalWeight: 'search',
  training: {
    schedule: { shape: 'linear', peak: 2e-3, warmup: 0.1 },
    optimizer: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.05, clip: 1 },
    checkpointEvery: 100,
  },
} satisfies BagOfWordsRecipe

// The static bi-encoder of your own log, on the student's vocabulary.
import type { StaticBiEncoderRecipe } from '../src/static-bi-encoder.ts'
import student from './student.ts'

export default {
  seed: 6,
  vocabulary: student.vocabulary,
  features: 64,
  objective: { gains: 'auto' },
  epochs: 4,
  batch: 64,
  documents: 1500,
  wordDropout: 0.3,
  trainTimes: 2,
  lexicalWeight: 'search',
  training: {
    schedule: { shape: 'linear', peak: 4e-3, warmup: 0.1 },
    optimizer: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.05, clip: 1 },
    checkpointEvery: 100,
  },
} satisfies StaticBiEncoderRecipe

// The served table of your own log, distilled from what embeds texts; without such a teacher it is the towers'.
import type { TableRecipe } from '../src/table.ts'
import student from './student.ts'

export default {
  seed: 10,
  teachers: [{ vectors: 'features', weight: 1 }],
  vocabulary: student.vocabulary,
  features: 128,
  // without labels: a small log spends its judged queries better on the weights of the sum
  objective: { gains: 'auto', gradesShare: 0 },
  batch: 64,
  pseudoShare: 0.75,
  documents: 700,
  nearest: 3,
  wordDropout: 0,
  lexicalWeight: 'search',
  training: {
    steps: 1200,
    schedule: { shape: 'linear', peak: 5e-3, warmup: 0, floor: 0.02 },
    optimizer: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clip: Number.POSITIVE_INFINITY },
    checkpointEvery: 100,
  },
} satisfies TableRecipe

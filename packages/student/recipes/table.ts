// The table that is served with your own log, distilled from a published encoder; without one it is the
// static bi-encoder's table.
import type { TableRecipe } from '../src/table.ts'
import student from './student.ts'

export default {
  seed: 10,
  targets: {
    // a frozen encoder has learned from no grade, so that all judged queries can choose the weights of the
    // sum
    few: {
      teachers: [{ vectors: 'features', weight: 1 }],
      gradesShare: 0,
      // a training query looks better than a new one, and would mislead the choice of weights
      pseudoShare: 1,
    },
    // its heads have learned from the grades; together with the models of the log's words they are a better
    // teacher than alone
    many: {
      teachers: [
        { vectors: 'heads', weight: 1 },
        // its logits have three times the spread; these weights are close to those of the example's ensemble
        { vectors: 'bag-of-words', weight: 0.2 },
        { vectors: 'static-bi-encoder', weight: 0.6 },
      ],
      gradesShare: 0.3,
      pseudoShare: 0.25,
    },
  },
  vocabulary: student.vocabulary,
  features: 128,
  objective: { gains: 'auto' },
  batch: 64,
  documents: 700,
  nearest: 3,
  wordDropout: 0,
  lexicalWeight: 'search',
  training: {
    steps: 1200,
    // the start is already a fit, which a higher rate would destroy
    schedule: { shape: 'linear', peak: 2e-3, warmup: 0, floor: 0.02 },
    optimizer: {
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: 0,
      clip: Number.POSITIVE_INFINITY,
    },
    checkpointEvery: 100,
  },
} satisfies TableRecipe

// The table of the embedded example, on its student's vocabulary: distilled from its own two cheap models,
// and from the encoder if there is one (`npm run start:pretrained`).
import type { TableRecipe } from '../../src/table.ts'
import own from '../table.ts'
import staticBiEncoder from './static-bi-encoder.ts'

export default {
  ...own,
  targets: {
    ...own.targets,
    fromScratch: {
      ...own.targets.many,
      // two models with different errors; the weights are close to a least-squares fit to the grades
      teachers: [
        { vectors: 'bag-of-words', weight: 0.2 },
        { vectors: 'static-bi-encoder', weight: 0.6 },
      ],
      // 1,200 are no better on validation (packages/metrics/LOG.md)
      steps: 600,
    },
  },
  vocabulary: staticBiEncoder.vocabulary,
  // all of them
  documents: 1000,
  training: { ...own.training, steps: 2400 },
} satisfies TableRecipe

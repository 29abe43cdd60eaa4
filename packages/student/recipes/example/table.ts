// The table of the embedded example, on its student's vocabulary: from its own two cheap models, or where an encoder reads its documents
// (`npm run start:pretrained`) from that, too.
import type { TableRecipe } from '../../src/table.ts'
import own from '../table.ts'
import staticBiEncoder from './static-bi-encoder.ts'

export default {
  ...own,
  targets: {
    ...own.targets,
    fromScratch: {
      ...own.targets.many,
      // two models that err differently; the weights are about those of a least-squares fit to the grades
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

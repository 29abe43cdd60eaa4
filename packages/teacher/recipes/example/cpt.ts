// Continued pre-training of the embedded example's teacher: a small LLaMA from scratch, because no pre-trained one can
// be fetched from npm. With a pre-trained one, this stage starts from its weights.
import type { CptRecipe } from '../../src/cpt.ts'
import own from '../cpt.ts'

export default {
  ...own,
  vocabulary: {
    ...own.vocabulary,
    // tokens; the example's texts are short, and time grows with length
    ...{ size: 4096, maxLength: 80, maxQuery: 30, maxTitle: 14, maxSummary: 30 },
  },
  // more make the decoder better and what is served no better (packages/metrics/LOG.md)
  training: { ...own.training, steps: 60 },
  weakShare: 0.7,
} satisfies CptRecipe

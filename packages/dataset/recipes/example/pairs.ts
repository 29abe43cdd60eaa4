// For the embedded example: its figures were measured with Porter's stemmer.
import type { PairsRecipe } from '../../src/pairs-recipe.ts'
import own from '../pairs.ts'

export default {
  ...own,
  words: { analyzer: 'porter' },
  candidates: {
    ...own.candidates,
    // the teacher scores every one of them before the student learns: more make what is served no better (packages/metrics/LOG.md)
    train: { ...own.candidates.train, first: 12 },
    weak: { ...own.candidates.weak, queries: 1200 },
  },
} satisfies PairsRecipe

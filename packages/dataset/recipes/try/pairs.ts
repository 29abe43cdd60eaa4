// For `npm run try`: short lists, because scoring them takes most of its time.
import type { PairsRecipe } from '../../src/pairs-recipe.ts'
import example from '../example/pairs.ts'

export default {
  ...example,
  candidates: {
    ...example.candidates,
    rerank: 15,
    train: { ...example.candidates.train, first: 8, random: 1, queries: 400 },
    weak: { ...example.candidates.weak, first: 6, queries: 200 },
  },
} satisfies PairsRecipe

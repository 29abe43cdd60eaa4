// For the embedded example: its figures were measured with Porter's stemmer.
import type { PairsRecipe } from '../../src/pairs-recipe.ts'
import own from '../pairs.ts'

export default { ...own, words: { analyzer: 'porter' } } satisfies PairsRecipe

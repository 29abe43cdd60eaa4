// The embedded example's own: its figures were measured with Porter's words.
import type { PairsRecipe } from '../../src/pairs-recipe.ts'
import own from '../pairs.ts'

export default { ...own, words: { analyzer: 'porter' } } satisfies PairsRecipe

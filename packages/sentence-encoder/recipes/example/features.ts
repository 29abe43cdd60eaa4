// The embedded example needs nothing but npm.
import type { FeaturesRecipe } from '../../src/features.ts'
import own from '../features.ts'

export default { ...own, from: false } satisfies FeaturesRecipe

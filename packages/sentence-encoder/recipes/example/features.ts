// The embedded example needs only npm, so it has no published encoder.
import type { FeaturesRecipe } from '../../src/features.ts'
import own from '../features.ts'

export default { ...own, from: false } satisfies FeaturesRecipe

export { type FeaturesOptions, type FeaturesRecipe, features } from './features.ts'
export { type HeadsOptions, type HeadsRecipe, heads } from './heads.ts'
export { mapRows } from './linear-heads.ts'

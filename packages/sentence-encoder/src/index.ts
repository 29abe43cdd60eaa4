export { type FeaturesOptions, type FeaturesRecipe, features } from './features.ts'
export { ENCODER, FROM_SCRATCH, findEncoder, NO_ENCODER } from './find-encoder.ts'
export { type HeadsOptions, type HeadsRecipe, heads } from './heads.ts'
export { mapRows } from './linear-heads.ts'

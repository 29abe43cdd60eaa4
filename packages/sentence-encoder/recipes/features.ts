// A published sentence encoder over your own texts. It needs weights that npm does not bring: name a model of the hub or a folder
// in `from`.
import type { FeaturesRecipe } from '../src/features.ts'

export default {
  from: false,
  // tokens; time grows with length
  lengths: { query: 64, document: 256 },
  // as sentence encoders are trained
  temperature: 0.05,
  queries: 100_000,
  documents: 200_000,
  tokensPerBatch: 4096,
} satisfies FeaturesRecipe

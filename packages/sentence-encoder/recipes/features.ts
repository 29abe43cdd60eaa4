// A published sentence encoder over your own texts. Its weights do not come from npm: by default
// all-MiniLM-L6-v2 for English and multilingual-e5-small for other languages, from DISRANKER_MODELS, the
// hub's cache or the hub, and none if they cannot be found. To use another one, name a model of the hub with
// its revision, or a folder. For a decoder (from: 'Qwen/Qwen3-Embedding-0.6B') the state of its last token is
// used.
import type { FeaturesRecipe } from '../src/features.ts'

export default {
  from: 'auto',
  // tokens; time grows with length
  lengths: { query: 64, document: 256 },
  // as sentence encoders are trained
  temperature: 0.05,
  queries: 100_000,
  documents: 200_000,
  tokensPerBatch: 4096,
} satisfies FeaturesRecipe

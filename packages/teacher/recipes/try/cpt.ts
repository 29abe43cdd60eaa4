// For `npm run try`: a decoder that is hardly trained.
import type { CptRecipe } from '../../src/cpt.ts'
import example from '../example/cpt.ts'

export default {
  ...example,
  vocabulary: {
    ...example.vocabulary,
    size: 2048,
    maxLength: 48,
    maxQuery: 18,
    maxTitle: 10,
    maxSummary: 16,
  },
  model: { ...example.model, hidden_size: 64, num_hidden_layers: 2, intermediate_size: 172 },
  training: { ...example.training, steps: 4 },
} satisfies CptRecipe

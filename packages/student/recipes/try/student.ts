// `npm run try`: a smaller network, after a twentieth of the steps.
import type { StudentRecipe } from '../../src/student-recipe.ts'
import example from '../example/student.ts'

export default {
  ...example,
  vocabulary: {
    ...example.vocabulary,
    size: 3072,
    maxLength: 48,
    maxQuery: 18,
    maxTitle: 10,
    maxSummary: 16,
  },
  model: { ...example.model, hidden_size: 64, intermediate_size: 256 },
  training: { ...example.training, steps: 60 },
} satisfies StudentRecipe

// The embedded example's student, whatever it learns from: that of your own log, with what its log would say chosen by hand.
import type { StudentRecipe } from '../../src/student-recipe.ts'
import own from '../student.ts'

export default {
  ...own,
  vocabulary: {
    ...own.vocabulary,
    ...{ size: 6144, maxLength: 80, maxQuery: 28, maxTitle: 14, maxSummary: 32 },
  },
  model: own.model.many,
  training: { ...own.training, steps: 1200 },
  groups: { ...own.groups, weakShare: 0.4 },
  network: 'always',
} satisfies StudentRecipe

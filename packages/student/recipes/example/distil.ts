// The embedded example's student, trained on its teacher's scores.
import type { DistilRecipe } from '../../src/distil.ts'
import student from './student.ts'

export default {
  ...student,
  // half pointwise, half margin
  objective: { loss: 'hybrid', alpha: 0.5 },
} satisfies DistilRecipe

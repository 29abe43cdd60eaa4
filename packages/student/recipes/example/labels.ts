// The embedded example's student without a teacher.
import type { LabelsRecipe } from '../../src/labels.ts'
import student from './student.ts'

export default {
  ...student,
  // by grade: siblings and parents of the right weakness are a little right too
  objective: { loss: 'listwise', gains: [0, 0.03, 0.08, 1] },
} satisfies LabelsRecipe

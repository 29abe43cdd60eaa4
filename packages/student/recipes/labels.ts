// The student of your own log without a teacher.
import type { LabelsRecipe } from '../src/labels.ts'
import student from './student.ts'

export default {
  ...student,
  // the baseline of the network with a teacher
  network: 'always',
  // by grade, up to the log's highest
  objective: { loss: 'listwise', gains: 'auto' },
} satisfies LabelsRecipe

// The student of your own log, trained on its teacher's scores.
import type { DistilRecipe } from '../src/distil.ts'
import student from './student.ts'

export default {
  ...student,
  // share of ungraded queries, if the log has any: the teacher has scored them
  groups: { ...student.groups, unlabelledShare: 0.3 },
  // half pointwise, half margin
  objective: { loss: 'hybrid', alpha: 0.5 },
  // if an encoder is configured, it scores as many queries as there are steps
  vectors: { teachers: [{ vectors: 'features', weight: 1 }], share: 'auto', pseudoShare: 'auto' },
} satisfies DistilRecipe

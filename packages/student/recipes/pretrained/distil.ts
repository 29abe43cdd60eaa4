// The student from published weights, trained on its teacher's scores.
import type { DistilRecipe } from '../../src/distil.ts'
import own from '../distil.ts'
import student from './student.ts'

export default { ...student, objective: own.objective } satisfies DistilRecipe

// The student from published weights, as its teacher's pupil.
import type { DistilRecipe } from '../../src/distil.ts'
import own from '../distil.ts'
import student from './student.ts'

export default { ...student, objective: own.objective } satisfies DistilRecipe

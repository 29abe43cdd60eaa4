// The student from published weights, without a teacher.
import type { LabelsRecipe } from '../../src/labels.ts'
import own from '../labels.ts'
import student from './student.ts'

export default { ...student, objective: own.objective } satisfies LabelsRecipe

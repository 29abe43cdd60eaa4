// `npm run try`: the student without a teacher.
import type { LabelsRecipe } from '../../src/labels.ts'
import example from '../example/labels.ts'
import student from './student.ts'

export default { ...student, objective: example.objective } satisfies LabelsRecipe

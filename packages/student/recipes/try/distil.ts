// For `npm run try`: the student, trained on its teacher's scores.
import type { DistilRecipe } from '../../src/distil.ts'
import example from '../example/distil.ts'
import student from './student.ts'

export default { ...student, objective: example.objective } satisfies DistilRecipe

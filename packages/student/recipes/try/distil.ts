// `npm run try`: the student as its teacher's pupil.
import type { DistilRecipe } from '../../src/distil.ts'
import example from '../example/distil.ts'
import student from './student.ts'

export default { ...student, objective: example.objective } satisfies DistilRecipe

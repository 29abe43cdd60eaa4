// `npm run try`: towers after one pass, on their student's vocabulary.
import type { TowersRecipe } from '../../src/towers.ts'
import example from '../example/towers.ts'
import student from './student.ts'

export default {
  ...example,
  vocabulary: student.vocabulary,
  epochs: 1,
  documents: 400,
} satisfies TowersRecipe

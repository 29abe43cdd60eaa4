// `npm run try`: the table after a few steps, on its student's vocabulary.
import type { TableRecipe } from '../../src/table.ts'
import example from '../example/table.ts'
import student from './student.ts'

export default {
  ...example,
  vocabulary: student.vocabulary,
  targets: { ...example.targets, fromScratch: { ...example.targets.fromScratch, steps: 30 } },
} satisfies TableRecipe

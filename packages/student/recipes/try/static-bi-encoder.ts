// `npm run try`: the static bi-encoder after one pass, on its student's vocabulary.
import type { StaticBiEncoderRecipe } from '../../src/static-bi-encoder.ts'
import example from '../example/static-bi-encoder.ts'
import student from './student.ts'

export default {
  ...example,
  vocabulary: student.vocabulary,
  epochs: 1,
  documents: 400,
} satisfies StaticBiEncoderRecipe

// The embedded example's static bi-encoder, on its student's vocabulary.
import type { StaticBiEncoderRecipe } from '../../src/static-bi-encoder.ts'
import own from '../static-bi-encoder.ts'
import student from './student.ts'

export default { ...own, vocabulary: student.vocabulary } satisfies StaticBiEncoderRecipe

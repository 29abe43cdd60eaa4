// The embedded example's static bi-encoder, on its student's vocabulary.
import type { StaticBiEncoderRecipe } from '../../src/static-bi-encoder.ts'
import own from '../static-bi-encoder.ts'
import student from './student.ts'

export default {
  ...own,
  // texts as a whole: what the student reads of them costs the static bi-encoder .01 of nDCG@10 (packages/metrics/LOG.md)
  vocabulary: { ...student.vocabulary, maxLength: 238, maxQuery: 80, maxTitle: 24, maxSummary: 128 },
} satisfies StaticBiEncoderRecipe

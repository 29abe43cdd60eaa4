// The embedded example's towers, on its student's vocabulary.
import type { TowersRecipe } from '../../src/towers.ts'
import own from '../towers.ts'
import student from './student.ts'

export default {
  ...own,
  // texts as a whole: what the student reads of them costs the towers .01 of nDCG@10 (packages/metrics/LOG.md)
  vocabulary: { ...student.vocabulary, maxLength: 238, maxQuery: 80, maxTitle: 24, maxSummary: 128 },
} satisfies TowersRecipe

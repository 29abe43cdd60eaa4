// The recipe of the embedded example's report.
import type { EvaluateRecipe } from '../src/evaluate.ts'

export default {
  // the ends of an interval then move by 0.005 at most with the seed (LOG.md); the smallest p is 1 / 5001
  resampling: { samples: 5000, seed: 7 },
  // no pre-trained weights come with the embedded example; set this to false when your teacher starts from
  // some
  teacherFromScratch: true,
} satisfies EvaluateRecipe

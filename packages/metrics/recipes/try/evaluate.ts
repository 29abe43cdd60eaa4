// `npm run try`: serves what it has made, however bad that is.
import type { EvaluateRecipe } from '../../src/evaluate.ts'
import own from '../evaluate.ts'

export default {
  ...own,
  resampling: { ...own.resampling, samples: 1000 },
  bundleBelowFirstStage: true,
  bundleUndecided: true,
} satisfies EvaluateRecipe

// For `npm run try`: the model is served even if it is bad.
import type { EvaluateRecipe } from '../../src/evaluate.ts'
import own from '../evaluate.ts'

export default {
  ...own,
  resampling: { ...own.resampling, samples: 1000 },
  bundleBelowFirstStage: true,
  bundleUndecided: true,
} satisfies EvaluateRecipe

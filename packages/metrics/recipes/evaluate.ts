// How sure the report wants to be.
import type { EvaluateRecipe } from '../src/evaluate.ts'

export default { resampling: { samples: 5000, seed: 7 } } satisfies EvaluateRecipe

// `npm run try`: a twentieth of the steps.
import type { SftRecipe } from '../../src/sft.ts'
import example from '../example/sft.ts'

export default { ...example, training: { ...example.training, steps: 15 } } satisfies SftRecipe

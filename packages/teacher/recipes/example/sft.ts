// Fine-tuning of the embedded example's teacher to rank.
import type { SftRecipe } from '../../src/sft.ts'
import own from '../sft.ts'

export default {
  ...own,
  // as for cpt
  training: { ...own.training, steps: 300 },
  groups: { ...own.groups, weakShare: 0.4 },
} satisfies SftRecipe

// Fine-tuning of the embedded example's teacher to rank.
import type { SftRecipe } from '../../src/sft.ts'
import own from '../sft.ts'

export default {
  ...own,
  training: { ...own.training, steps: 900 },
  groups: { ...own.groups, weakShare: 0.4 },
} satisfies SftRecipe

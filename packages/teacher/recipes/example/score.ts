// The embedded example's teachers: the decoder, and two towers, which on this little data know more.
import type { ScoreRecipe } from '../../src/score.ts'
import own from '../score.ts'

export default {
  ...own,
  teachers: [
    { scores: 'towers', weight: 1 },
    { decoder: 'sft', weight: 'auto' },
  ],
} satisfies ScoreRecipe

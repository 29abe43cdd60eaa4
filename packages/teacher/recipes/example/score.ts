// The embedded example's teachers: the decoder, and a static bi-encoder, which on this little data knows more.
import type { ScoreRecipe } from '../../src/score.ts'
import own from '../score.ts'

export default {
  ...own,
  teachers: [
    { scores: 'static-bi-encoder', weight: 1 },
    { decoder: 'sft', weight: 'auto' },
  ],
} satisfies ScoreRecipe

// The teachers of `npm run start:pretrained`: a published bi-encoder that was fine-tuned, what knows the log by its words, and the
// decoder where it was asked for. A stage that left its work out is gone on without.
import type { ScoreRecipe } from '../../src/score.ts'
import own from '../score.ts'

export default {
  ...own,
  teachers: [
    { scores: 'bi-encoder', weight: 1 },
    { scores: 'bag-of-words', weight: 'auto' },
    { scores: 'towers', weight: 'auto' },
    { decoder: 'sft', weight: 'auto' },
  ],
} satisfies ScoreRecipe

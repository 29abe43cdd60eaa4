// The teachers of `npm run start:pretrained`: a published encoder, frozen with heads on it, or fine-tuned on
// request; the models of the log's words; and the decoder. A stage that did no work is skipped.
import type { ScoreRecipe } from '../../src/score.ts'
import own from '../score.ts'

export default {
  ...own,
  teachers: [
    { scores: 'bi-encoder', weight: 'auto' },
    { scores: 'heads', weight: 'auto' },
    { scores: 'bag-of-words', weight: 'auto' },
    { scores: 'static-bi-encoder', weight: 'auto' },
    { decoder: 'sft', weight: 'auto' },
  ],
} satisfies ScoreRecipe

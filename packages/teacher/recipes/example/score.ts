// The embedded example's teachers: the decoder, and a static bi-encoder, which is the better one on so little
// data.
import type { ScoreRecipe } from '../../src/score.ts'
import own from '../score.ts'

export default {
  ...own,
  teachers: [
    { scores: 'static-bi-encoder', weight: 1 },
    // about what validation chooses; a number lets the student wait for no validation query
    { decoder: 'sft', weight: 0.25 },
  ],
} satisfies ScoreRecipe

// Scoring with the decoder of your own log. Teachers that are served elsewhere, or bring their scores as a file, stand beside
// it or take its place: README.md.
import type { ScoreRecipe } from '../src/score.ts'

export default {
  teachers: [{ decoder: 'sft', weight: 1 }],
  queriesPerShard: 250,
  tokensPerBatch: 4096,
  lexicalWeight: 'search',
} satisfies ScoreRecipe

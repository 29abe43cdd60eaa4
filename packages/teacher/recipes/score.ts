// Who scores your own log: a frozen published encoder and heads on it where one is configured, what knows the log by its words, and
// the decoder. A stage that left its work out is gone on without; weights are chosen on judged queries. Teachers that are
// served elsewhere, or bring their scores as a file, join them or replace them: README.md.
import type { ScoreRecipe } from '../src/score.ts'

export default {
  teachers: [
    { scores: 'features', weight: 'auto' },
    { scores: 'heads', weight: 'auto' },
    { scores: 'bag-of-words', weight: 'auto' },
    { scores: 'static-bi-encoder', weight: 'auto' },
    { decoder: 'sft', weight: 'auto' },
  ],
  queriesPerShard: 250,
  tokensPerBatch: 4096,
  lexicalWeight: 'search',
} satisfies ScoreRecipe

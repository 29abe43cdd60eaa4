// The teachers of your own log: a frozen published encoder with heads, if one is configured; the models of
// the log's words; and the decoder. A stage that did no work is skipped. The weights are chosen on judged
// queries. Add teachers that are served elsewhere or whose scores are in a file, or replace these by them:
// README.md.
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

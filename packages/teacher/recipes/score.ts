// Scoring with the embedded example's teacher.
import type { ScoreRecipe } from '../src/score.ts'

export default { queriesPerShard: 250, tokensPerBatch: 4096, lexicalWeight: 'search' } satisfies ScoreRecipe

// The student from published weights, for both objectives: `npm run start:pretrained -- --student`.
import { pretrainedModels } from '@disranker/checkpoint'
import type { StudentRecipe } from '../../src/student-recipe.ts'

export default {
  seed: 3,
  init: {
    ...pretrainedModels.student,
    // half of the layers take half of the time at the edge
    layers: [0, 2, 4],
    // most of a small model is its table of words
    vocabulary: 'corpus',
    lengths: { maxLength: 'auto', maxQuery: 'auto', maxTitle: 'auto', maxSummary: 'auto' },
    trains: { embeddings: false },
  },
  training: {
    steps: 600,
    // a quarter of the peak rate of a network from scratch
    schedule: { shape: 'linear', peak: 1.5e-4, warmup: 0.1 },
    optimizer: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.01, clip: 1 },
    checkpointEvery: 25,
  },
  queries: 4,
  // candidates only, because a teacher has scored them: labels and scores then teach the same groups
  groups: { size: 8, hardShare: 1, popularShare: 0, weakShare: 0.3 },
  wordDropout: 0,
  // without exact-match token types it has no overlap to add
  lexicalWeight: 0,
  // the static bi-encoder reads the words of the log, not the tokens of the checkpoint
  staticWeight: 0,
} satisfies StudentRecipe

// The student of your own log, for both objectives: the same network, texts, steps and groups, so that the
// rows of the report differ only in the objective. 'auto' is derived from the log and printed; your own
// number has priority. Without your own log recipes/example/ is used.
import type { StudentRecipe } from '../src/student-recipe.ts'

const bert = {
  model_type: 'bert',
  layer_norm_eps: 1e-12,
  hidden_act: 'gelu',
  initialization: 'scaled',
} as const

export default {
  seed: 3,
  // seeds: [13, 23] trains the same twice more, for the spread in the report; it takes three times as long
  vocabulary: {
    form: 'bert',
    size: 'auto',
    maxLength: 'auto',
    maxQuery: 'auto',
    maxTitle: 'auto',
    // the table and BM25 read the whole text; a large network can only afford the beginning
    maxSummary: { few: 'whole', many: 'auto' },
    // a model from scratch does not learn from little data that equal words match, so the input says it
    exactMatch: { levels: [1.5, 3.5], k1: 1.2, b: 0.75, buckets: 16, bucketWidth: 2 },
  },
  model: {
    // from few judged queries a network from scratch learns nothing beyond the table
    // (packages/metrics/LOG.md): it is small, so that long texts fit into the same time
    few: { ...bert, hidden_size: 64, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 256 },
    // small enough for the free plan of the edge
    many: { ...bert, hidden_size: 128, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 512 },
  },
  training: {
    steps: 'auto',
    // at 1.2e-3 and above a post-LN network diverges
    schedule: { shape: 'linear', peak: 6e-4, warmup: 0.06 },
    optimizer: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.01, clip: 1 },
    checkpointEvery: 50,
  },
  queries: 4,
  // candidates only, because a teacher has scored them: labels and scores then teach the same groups
  groups: { size: 8, hardShare: 1, popularShare: 0, weakShare: 0.3 },
  wordDropout: 0.1,
  lexicalWeight: 'search',
  staticWeight: 'search',
  // in both measured trainings on few judged queries the network added nothing (packages/metrics/LOG.md)
  network: 'earned',
} satisfies StudentRecipe

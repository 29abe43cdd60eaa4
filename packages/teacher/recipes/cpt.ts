// Continued pre-training on your own log. 'auto' derives a value from the log and prints it; your own number
// has priority. The embedded example uses recipes/example/cpt.ts.
import type { CptRecipe } from '../src/cpt.ts'

export default {
  seed: 1,
  vocabulary: {
    form: 'llama',
    size: 'auto',
    // tokens; time grows with length
    maxLength: 'auto',
    maxQuery: 'auto',
    maxTitle: 'auto',
    maxSummary: 'auto',
    // a model from scratch does not learn from little data that equal words match, so the input says it
    exactMatch: { levels: [1.5, 3.5], k1: 1.2, b: 0.75, buckets: 16, bucketWidth: 2 },
  },
  // a small LLaMA from scratch, which a CPU trains in minutes
  model: {
    model_type: 'llama',
    hidden_size: 128,
    num_hidden_layers: 3,
    num_attention_heads: 2,
    num_key_value_heads: 2,
    intermediate_size: 344,
    rms_norm_eps: 1e-5,
    rope_theta: 10_000,
    tie_word_embeddings: true,
    initialization: 'scaled',
  },
  training: {
    steps: 'auto',
    // above 1e-3 training from scratch diverges
    schedule: { shape: 'linear', peak: 6e-4, warmup: 0.06 },
    optimizer: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.01, clip: 1 },
    checkpointEvery: 50,
  },
  batch: 32,
  // share of texts from weak queries, if the log has some
  weakShare: 0.5,
} satisfies CptRecipe

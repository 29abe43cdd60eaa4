// Continued pre-training of the embedded example's teacher: a small LLaMA from scratch, because no pre-trained one can
// be fetched from npm. With a pre-trained one, this stage starts from its weights.
import type { CptRecipe } from '../../src/cpt.ts'

export default {
  seed: 1,
  vocabulary: {
    form: 'llama',
    size: 4096,
    // tokens; the example's texts are short, and time grows with length
    maxLength: 80,
    maxQuery: 30,
    maxTitle: 14,
    maxSummary: 30,
    // a model from scratch does not learn from this little data that equal words match: tell it
    marks: { levels: [1.5, 3.5], k1: 1.2, b: 0.75, buckets: 16, bucketWidth: 2 },
  },
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
    steps: 300,
    // above 1e-3 training from scratch collapses
    schedule: { shape: 'linear', peak: 6e-4, warmup: 0.06 },
    optimizer: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.01, clip: 1 },
    checkpointEvery: 50,
  },
  batch: 32,
  weakShare: 0.7,
} satisfies CptRecipe

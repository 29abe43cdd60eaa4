// The embedded example's student, whatever it learns from: the same network, texts and steps, so that the rows of the
// report differ in nothing but the objective.
import type { StudentRecipe } from '../../src/train-student.ts'

export default {
  seed: 3,
  vocabulary: {
    form: 'bert',
    size: 6144,
    maxLength: 80,
    maxQuery: 28,
    maxTitle: 14,
    maxSummary: 32,
    // a model from scratch does not learn from this little data that equal words match: tell it
    marks: { levels: [1.5, 3.5], k1: 1.2, b: 0.75, buckets: 16, bucketWidth: 2 },
  },
  model: {
    model_type: 'bert',
    hidden_size: 128,
    num_hidden_layers: 2,
    num_attention_heads: 2,
    intermediate_size: 512,
    layer_norm_eps: 1e-12,
    hidden_act: 'gelu',
    initialization: 'scaled',
  },
  training: {
    steps: 1200,
    // 1.2e-3 and above collapse a post-LN network
    schedule: { shape: 'linear', peak: 6e-4, warmup: 0.06 },
    optimizer: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.01, clip: 1 },
    checkpointEvery: 50,
  },
  queries: 4,
  // candidates alone: what a teacher has scored, so that labels and scores teach the same groups
  groups: { size: 8, hardShare: 1, popularShare: 0, weakShare: 0.4 },
  wordDropout: 0.1,
  lexicalWeight: 'search',
  wideWeight: 'search',
} satisfies StudentRecipe

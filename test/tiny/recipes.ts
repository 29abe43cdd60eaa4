// Recipes so small that every stage takes about a second: the real stages on a synthetic corpus.
import type { PairsRecipe } from '@disranker/dataset'
import type { EvaluateRecipe } from '@disranker/metrics'
import type { QuantizeRecipe } from '@disranker/onnx'
import type {
  BagOfWordsRecipe,
  DistilRecipe,
  LabelsRecipe,
  StaticBiEncoderRecipe,
  StudentRecipe,
  TableRecipe,
} from '@disranker/student'
import type { CptRecipe, ScoreRecipe, SftRecipe } from '@disranker/teacher'

const lengths = { maxLength: 48, maxQuery: 10, maxTitle: 10, maxSummary: 20 }
const exactMatch = { levels: [0.5, 2] as const, k1: 1.2, b: 0.75, buckets: 4, bucketWidth: 2 }
const optimizer = { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.01, clip: 1 }
const stepless = {
  schedule: { shape: 'linear', peak: 2e-3, warmup: 0.1 } as const,
  optimizer,
  checkpointEvery: 3,
}
/** without an evaluation, which not every stage can do */
export const training = (steps: number) => ({ ...stepless, steps })

export const cpt: CptRecipe = {
  seed: 1,
  vocabulary: { form: 'llama', size: 400, ...lengths, exactMatch },
  model: {
    model_type: 'llama',
    hidden_size: 16,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    num_key_value_heads: 1,
    intermediate_size: 32,
    rms_norm_eps: 1e-5,
    rope_theta: 10_000,
    tie_word_embeddings: true,
    initialization: 'scaled',
  },
  training: { ...training(12), accumulate: 2, evaluation: { every: 5 } },
  batch: 2,
  weakShare: 0.3,
}

export const sft: SftRecipe = {
  seed: 2,
  seeds: [12],
  training: { ...training(12), evaluation: { every: 5, queries: 4, patience: 2 } },
  queries: 2,
  groups: { size: 4, hardShare: 0.5, popularShare: 0.25, weakShare: 0.3 },
  objective: { loss: 'pairwise-margin', margin: 1 },
  wordDropout: 0.1,
}

export const score: ScoreRecipe = {
  teachers: [
    { decoder: 'sft', weight: 1 },
    { scores: 'bag-of-words', weight: 'auto' },
  ],
  queriesPerShard: 10,
  tokensPerBatch: 2048,
  lexicalWeight: 'search',
}

const student: StudentRecipe = {
  seed: 3,
  vocabulary: { form: 'bert', size: 400, ...lengths, exactMatch },
  model: {
    model_type: 'bert',
    hidden_size: 32,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    intermediate_size: 64,
    layer_norm_eps: 1e-12,
    hidden_act: 'gelu',
    initialization: 'scaled',
  },
  training: training(15),
  queries: 2,
  groups: { size: 4, hardShare: 1, popularShare: 0, weakShare: 0.3 },
  wordDropout: 0.1,
  lexicalWeight: 'search',
  staticWeight: 'search',
}

export const labels: LabelsRecipe = {
  ...student,
  seeds: [13],
  objective: { loss: 'listwise', gains: 'auto' },
}

export const distil: DistilRecipe = {
  ...student,
  training: { ...student.training, evaluation: { every: 6, queries: 5, keep: 2 } },
  groups: { ...student.groups, unlabelledShare: 0.3, strata: 2 },
  int8Share: 0.2,
  objective: [
    { weight: 0.7, loss: 'hybrid', alpha: 0.5 },
    { weight: 0.3, loss: 'listwise', targets: 'grades', gains: 'auto' },
  ],
}

export const bagOfWords: BagOfWordsRecipe = {
  seed: 4,
  seeds: [14],
  words: 300,
  features: 8,
  epochs: 1,
  batch: 8,
  wordDropout: 0.1,
  trainTimes: 1,
  maxDocuments: 1000,
  lexicalWeight: 'search',
  training: stepless,
}

export const staticBiEncoder: StaticBiEncoderRecipe = {
  seed: 6,
  seeds: [16, 26],
  vocabulary: student.vocabulary,
  features: 8,
  objective: { gains: 'auto' },
  epochs: 1,
  batch: 8,
  // fewer than there are: those of a step are drawn
  documents: 60,
  wordDropout: 0.1,
  trainTimes: 1,
  lexicalWeight: 'search',
  training: stepless,
}

export const table: TableRecipe = {
  seed: 10,
  targets: {
    few: {
      teachers: [
        { vectors: 'features', weight: 1 },
        { vectors: 'heads', weight: 1 },
      ],
      gradesShare: 0,
      pseudoShare: 0.5,
    },
    many: { teachers: [{ vectors: 'static-bi-encoder', weight: 1 }], gradesShare: 0.3, pseudoShare: 0 },
  },
  vocabulary: student.vocabulary,
  features: 16,
  objective: { gains: 'auto' },
  batch: 16,
  // fewer than there are: those of a step are drawn
  documents: 60,
  nearest: 2,
  wordDropout: 0,
  lexicalWeight: 0,
  training: { ...training(150), schedule: { shape: 'linear', peak: 1e-2, warmup: 0 }, checkpointEvery: 50 },
}

export const pairs: PairsRecipe = {
  badRows: { share: 0.05, show: 5 },
  columns: {},
  documents: { maxTitle: 1000, maxSummary: 5000, html: 'auto' },
  judgements: { grades: 'as they are' },
  log: {
    robotQueriesPerMinute: 10,
    robotQueries: 10,
    robotShare: { sessions: 0.1, clicks: 0.5 },
    clickWindow: 30,
    minDwell: 5_000,
    maxPosition: 20,
    minSessions: 1,
  },
  clicks: { model: 'auto', sample: 100_000, clip: 10 },
  grades: { from: [0.05, 0.2, 0.5], confidence: 0.9, examined: [1, 2, 4], skipped: 1, measured: 10_000 },
  splits: { by: 'time', validation: 0.1, test: 0.1, heldOut: 0.25 },
  words: { analyzer: 'auto' },
  bm25: { k1: 1.2, b: 0.75 },
  candidates: {
    seed: 5,
    rerank: 20,
    train: { first: 8, depth: 16, random: 2 },
    weak: { first: 4, depth: 8, random: 1, queries: 10 },
    unlabelled: { first: 4, depth: 8, random: 1, queries: 10 },
  },
}

// a network of 32 features that saw 15 steps ranks by noise: the gate is tested with a separate bound
export const quantize: QuantizeRecipe = { calibrationPairs: 50, maxLoss: 0.2 }

export const evaluate: EvaluateRecipe = { resampling: { samples: 300, seed: 7 } }

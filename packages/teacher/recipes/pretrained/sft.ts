// Fine-tuning of a pre-trained teacher: `npm run start:pretrained -- --decoder`.
import type { SftRecipe } from '../../src/sft.ts'
import own from '../sft.ts'

export default {
  ...own,
  trains: { embeddings: false },
  training: {
    ...own.training,
    steps: 300,
    // a sixth of the peak rate of a network from scratch
    schedule: { shape: 'linear', peak: 1e-4, warmup: 0.1 },
    checkpointEvery: 20,
  },
  wordDropout: 0,
} satisfies SftRecipe

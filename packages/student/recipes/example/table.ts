// The table of the embedded example where an encoder reads its documents (`npm run start:pretrained`), on its student's vocabulary.
import type { TableRecipe } from '../../src/table.ts'
import own from '../table.ts'
import staticBiEncoder from './static-bi-encoder.ts'

export default {
  ...own,
  vocabulary: staticBiEncoder.vocabulary,
  // all of them
  documents: 1000,
  training: { ...own.training, steps: 2400 },
} satisfies TableRecipe

// How the embedded example's student becomes int8.
import type { QuantizeRecipe } from '../src/quantize.ts'

export default {
  calibrationPairs: 1000,
  // nDCG@10 on validation
  maxLoss: 0.01,
} satisfies QuantizeRecipe

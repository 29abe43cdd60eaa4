// The recipe that turns the embedded example's student into int8.
import type { QuantizeRecipe } from '../src/quantize.ts'

export default {
  calibrationPairs: 1000,
  // nDCG@10 on validation; a larger loss is refused when it is significant
  maxLoss: 0.01,
  // Kendall's tau with float32's orders
  minAgreement: 0.9,
} satisfies QuantizeRecipe

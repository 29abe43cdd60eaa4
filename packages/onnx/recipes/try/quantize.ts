// For `npm run try`: few texts to choose the scales on.
import type { QuantizeRecipe } from '../../src/quantize.ts'
import own from '../quantize.ts'

export default { ...own, calibrationPairs: 100, maxLoss: 0.1, minAgreement: 0.5 } satisfies QuantizeRecipe

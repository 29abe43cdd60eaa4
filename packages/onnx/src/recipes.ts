// What the recipe of this package may hold; checked before anything runs.
import { z } from 'zod'
import type { QuantizeRecipe } from './quantize.ts'

export const quantizeSchema: z.ZodType<QuantizeRecipe> = z.strictObject({
  calibrationPairs: z.int().min(1),
  maxLoss: z.number().min(0).max(1),
})

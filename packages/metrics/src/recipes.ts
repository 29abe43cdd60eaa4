// What the recipe of this package may hold; checked before anything runs.
import { z } from 'zod'
import type { EvaluateRecipe } from './evaluate.ts'

export const evaluateSchema: z.ZodType<EvaluateRecipe> = z.strictObject({
  // fewer say little about the ends of an interval
  resampling: z.strictObject({ samples: z.int().min(100).max(1_000_000), seed: z.int() }),
  relevant: z.int().min(1).exactOptional(),
  teacherFromScratch: z.boolean().exactOptional(),
  bundleBelowFirstStage: z.boolean().exactOptional(),
  kept: z.union([z.literal('all'), z.array(z.string()).readonly()]).exactOptional(),
})

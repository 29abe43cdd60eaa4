// What recipes of everything that ranks have in common, and what their numbers may be.
import { z } from 'zod'
import type { GroupOptions } from './groups.ts'

const share = z.number().min(0).max(1)

export const groups: z.ZodType<GroupOptions> = z.strictObject({
  // one document alone has nothing to be ranked against
  size: z.int().min(2).max(256),
  hardShare: share,
  popularShare: share,
  weakShare: share,
})

export const lexicalWeight = z.union([z.literal('search'), z.number()])

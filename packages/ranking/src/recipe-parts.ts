// What recipes of everything that ranks have in common, and what their numbers may be.
import { z } from 'zod'
import type { GroupOptions, ScoredGroupOptions } from './groups.ts'

const share = z.number().min(0).max(1)

const groupKeys = {
  // one document alone has nothing to be ranked against
  size: z.int().min(2).max(256),
  hardShare: share,
  easyShare: share.exactOptional(),
  popularShare: share,
  weakShare: share,
}
export const groups: z.ZodType<GroupOptions> = z.strictObject(groupKeys)
/** of a stage that has a teacher's scores */
export const scoredGroups: z.ZodType<ScoredGroupOptions> = z.strictObject({
  ...groupKeys,
  unlabelledShare: share.exactOptional(),
  strata: z.int().min(2).max(256).exactOptional(),
})

export const lexicalWeight = z.union([z.literal('search'), z.number()])

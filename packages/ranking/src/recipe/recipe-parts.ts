// The common parts of the recipes of all rankers, and the bounds of their numbers.
import { z } from 'zod'

const share = z.number().min(0).max(1)

/** Groups of documents of one query. */
export const groups = z.strictObject({
  /** documents in a group; a single one has nothing to be compared with */
  size: z.int().min(2).max(256),
  /** share of the other documents taken from the candidates; 1: every document of a group is a candidate */
  hardShare: share,
  /**
   * share of them taken from the candidates that the first stage did not find, random and popular ones as the
   * pairs stage drew them; hardShare is then the share of first-stage results, and if both sum to 1, every
   * document of a group is a candidate
   */
  easyShare: share.exactOptional(),
  /** share of the other documents taken by popularity: the square root of how many queries they answer */
  popularShare: share,
  /** share of the groups drawn from weak queries */
  weakShare: share,
})
export type GroupOptions = Readonly<z.output<typeof groups>>

/** of a stage that has a teacher's scores */
export const scoredGroups = groups.extend({
  /** share of the groups drawn from ungraded train queries, with candidates only. 0 by default */
  unlabelledShare: share.exactOptional(),
  /**
   * the other documents are drawn in rotation from this many parts of the candidates, of equal size, by the
   * teacher's score
   */
  strata: z.int().min(2).max(256).exactOptional(),
})
export type ScoredGroupOptions = Readonly<z.output<typeof scoredGroups>>

/** weight of the lexical overlap in a score: searched on validation, or a number */
export const lexicalWeight = z.union([z.literal('search'), z.number()])

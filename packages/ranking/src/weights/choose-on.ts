// The weights of some parts from some lists, and the folds by which a choice is tried on lists that it was not made on.
import { fitWeights } from './fit-weights.ts'
import type { PartList } from './part-lists.ts'
import { searchWeights } from './search-weights.ts'

export const FOLDS = 5
/** how many queries the wish for equal weights counts as */
const PULL = 10
/**
 * The same for parts that have learned from no grade: each ranks well by itself, so equal weights are close to the best, and the
 * likelihood overrates the part that orders the whole list for nDCG@10, which reads its top (LOG.md)
 */
export const UNLEARNED_PULL = 50
/** queries from which on the search counts as much as the likelihood */
const HALF = 150
/** of `kept` parts: less could be drowned in rounding */
const LEAST_SHARE = 1 / 64

/** Standardised weights of some parts, from all of the lists. @param pull queries that the wish for equal weights counts as */
export function chooseOn(lists: readonly PartList[], chosen: readonly number[], pull = PULL): number[] {
  if (chosen.length < 2) return chosen.map(() => 1)
  const own = lists.map((list) => ({ ...list, columns: chosen.map((part) => list.columns[part]!) }))
  const fitted = shares(fitWeights(own, chosen.length, pull))
  if (own.length === 0) return fitted
  const searched = shares(searchWeights(own, fitted))
  const trust = own.length / (own.length + HALF)
  return fitted.map((weight, at) => (1 - trust) * weight + trust * searched[at]!)
}

/**
 * The same as weights of all parts: none of those that tell no documents apart, at least LEAST_SHARE of those that are kept.
 * @param told parts that tell documents apart
 */
export function chooseWeightsOn(
  lists: readonly PartList[],
  told: readonly number[],
  parts: readonly { readonly kept?: boolean }[],
  pull?: number,
): number[] {
  const chosen = chooseOn(lists, told, pull)
  return parts.map(({ kept }, p) =>
    Math.max(told.includes(p) ? chosen[told.indexOf(p)]! : 0, kept || told.length === 0 ? LEAST_SHARE : 0),
  )
}

const shares = (weights: ArrayLike<number>): number[] => {
  const total = Array.from(weights).reduce((sum, weight) => sum + weight, 0)
  return Array.from(weights, (weight) => (total > 0 ? weight / total : 1 / weights.length))
}

/** The fold of each list: groups, the largest first, each to the fold that has least. */
export function foldsOf(lists: readonly Pick<PartList, 'group'>[]): number[] {
  const sizes = new Map<string, number>()
  for (const { group } of lists) sizes.set(group, (sizes.get(group) ?? 0) + 1)
  const filled = new Array<number>(FOLDS).fill(0)
  const foldOf = new Map<string, number>()
  for (const [group, size] of [...sizes].sort(([, a], [, b]) => b - a)) {
    const fold = filled.indexOf(Math.min(...filled))
    filled[fold]! += size
    foldOf.set(group, fold)
  }
  return lists.map(({ group }) => foldOf.get(group)!)
}

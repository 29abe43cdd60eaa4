// Chooses the weights of some parts from some lists, and the folds for testing a choice on other lists.
import { fitWeights } from './fit-weights.ts'
import type { PartList } from './part-lists.ts'
import { searchWeights } from './search-weights.ts'

export const FOLDS = 5
/** strength of the prior for equal weights, in queries */
const PULL = 10
/**
 * The same for parts that have learned from no grade: each ranks well alone, so equal weights are close to
 * the best, and the likelihood overrates the part that orders the whole list for nDCG@10, which only reads
 * the top (LOG.md)
 */
export const UNLEARNED_PULL = 50
/** number of queries from which on the search counts as much as the likelihood */
const HALF = 150
/** minimal weight of `kept` parts: rounding could lose a smaller one */
const LEAST_SHARE = 1 / 64

/**
 * Standardised weights of some parts, from all of the lists. @param pull strength of the prior for equal
 * weights, in queries
 */
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
 * The same as weights of all parts: 0 for those that order no list, at least LEAST_SHARE for those that are
 * kept.
 * @param told parts that order some list
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

/** The fold of each list: groups, the largest first, each to the smallest fold. */
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

// Searches weights by the figure itself: each in turn is doubled, halved or set to 0 as long as nDCG@10 +
// MRR@10 rises. It starts from good weights; from arbitrary weights it would fit the noise of a few queries.
import { both, qualityOf, sumColumns } from './list-quality.ts'
import type { PartList } from './part-lists.ts'

/** doublings of a step; the finest is a quarter */
const STEPS = [2, 1, 0.5, 0.25]
const ROUNDS = 2
/** a weight of 0 is tried again at this share of the mean weight */
const AGAIN = 1 / 8

/** @param start weights of standardised scores, not all 0 */
export function searchWeights(lists: readonly PartList[], start: ArrayLike<number>): number[] {
  const weights = Array.from(start)
  for (let round = 0; round < ROUNDS; round++)
    for (const part of weights.keys()) {
      // the other parts do not change meanwhile
      const others = lists.map(({ columns }) => sumColumns(columns, weights.with(part, 0)))
      const rate = (weight: number) => rateOf(lists, part, others, weight)
      let reached = rate(weights[part]!)
      const move = (weight: number) => {
        const quality = rate(weight)
        if (quality <= reached + 1e-12) return false
        weights[part] = weight
        reached = quality
        return true
      }
      const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length
      if (weights[part] === 0) move(mean * AGAIN)
      for (const step of STEPS) {
        const factor = 2 ** step
        if (weights[part] === 0) break
        // continue in one direction as long as it improves
        const up = move(weights[part]! * factor)
        const direction = up ? factor : 1 / factor
        while (move(weights[part]! * direction));
      }
      if (weights.some((weight, other) => other !== part && weight > 0)) move(0)
    }
  return weights
}

function rateOf(lists: readonly PartList[], part: number, others: readonly Float64Array[], weight: number) {
  let sum = 0
  for (const [at, list] of lists.entries()) {
    const column = list.columns[part]!
    const rest = others[at]!
    const sums = new Float64Array(rest.length)
    for (let d = 0; d < sums.length; d++) sums[d] = rest[d]! + weight * column[d]!
    sum += both(qualityOf(list, sums))
  }
  return sum / lists.length
}

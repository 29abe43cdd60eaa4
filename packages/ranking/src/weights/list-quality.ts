// nDCG@10 and MRR@10 of one list under a sum of its parts. It is called many thousand times while weights are
// searched, so only the ten best documents are sorted.
import { DEPTH, DISCOUNTS, type PartList } from './part-lists.ts'

export interface Quality {
  readonly ndcg10: number
  readonly mrr10: number
}

/** [D] weighted sums of the columns; a part of weight 0 is not read */
export function sumColumns(columns: readonly Float64Array[], weights: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(columns[0]?.length ?? 0)
  for (const [p, column] of columns.entries()) {
    const weight = weights[p]!
    if (weight !== 0) for (let d = 0; d < sums.length; d++) sums[d]! += weight * column[d]!
  }
  return sums
}

const top = new Int32Array(DEPTH)

/** Quality of the list in falling order of `sums`; equal sums keep the order of the list. */
export function qualityOf({ gains, ideal, best }: PartList, sums: Float64Array): Quality {
  let count = 0
  for (let d = 0; d < sums.length; d++) {
    const sum = sums[d]!
    if (count === DEPTH && sum <= sums[top[DEPTH - 1]!]!) continue
    let at = count < DEPTH ? count++ : DEPTH - 1
    for (; at > 0 && sums[top[at - 1]!]! < sum; at--) top[at] = top[at - 1]!
    top[at] = d
  }
  let gained = 0
  let mrr10 = 0
  for (let rank = 0; rank < count; rank++) {
    const gain = gains[top[rank]!]!
    gained += gain * DISCOUNTS[rank]!
    if (mrr10 === 0 && gain === best) mrr10 = 1 / (rank + 1)
  }
  return { ndcg10: gained / ideal, mrr10 }
}

/** The criterion for weights: either figure alone is noisy on a small split. */
export const both = ({ ndcg10, mrr10 }: Quality): number => ndcg10 + mrr10

export function meanOf(qualities: readonly Quality[]): Quality {
  const sum = { ndcg10: 0, mrr10: 0 }
  for (const { ndcg10, mrr10 } of qualities) {
    sum.ndcg10 += ndcg10
    sum.mrr10 += mrr10
  }
  const count = Math.max(1, qualities.length)
  return { ndcg10: sum.ndcg10 / count, mrr10: sum.mrr10 / count }
}

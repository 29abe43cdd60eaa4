// Differences of many splits and seeds as one: a query that was measured several times is one unit, since its differences are not
// independent of each other.
import { type PairedTest, pairedTest, type QueryQuality } from '@disranker/ranking'

export type Measured = ReadonlyMap<string, ReadonlyMap<string, QueryQuality>>

export interface Pooled {
  readonly row: string
  /** different queries */
  readonly queries: number
  readonly ndcg10: number
  readonly mrr10: number
  /** of nDCG@10 and MRR@10, less those of the first stage; undefined for that itself */
  readonly ndcg10Gain?: PairedTest
  readonly mrr10Gain?: PairedTest
  /** the gain in nDCG@10 of each split and seed */
  readonly each: readonly number[]
}

const COINS = { samples: 10_000, seed: 5 }
const FIRST = 'bm25'

/** @param measured one a split and seed, by row and query */
export function poolRows(measured: readonly Measured[]): Pooled[] {
  const rows = [...new Set(measured.flatMap((one) => [...one.keys()]))]
  return rows.map((row) => {
    const there = measured.filter((one) => one.has(row))
    const found = there.flatMap((one) =>
      [...one.get(row)!].map(([id, quality]) => ({ id, quality, first: one.get(FIRST)!.get(id)! })),
    )
    const mean = (of: (one: (typeof found)[number]) => number) =>
      found.reduce((sum, one) => sum + of(one), 0) / Math.max(1, found.length)
    const ids = found.map(({ id }) => id)
    const gain = (key: keyof QueryQuality) =>
      pairedTest(
        found.map(({ quality, first }) => quality[key] - first[key]),
        COINS,
        ids,
      )
    return {
      row,
      queries: new Set(ids).size,
      ndcg10: mean(({ quality }) => quality.ndcg),
      mrr10: mean(({ quality }) => quality.mrr),
      ...(row !== FIRST && { ndcg10Gain: gain('ndcg'), mrr10Gain: gain('mrr') }),
      each: there.map((one) => {
        const gains = [...one.get(row)!].map(([id, { ndcg }]) => ndcg - one.get(FIRST)!.get(id)!.ndcg)
        return gains.reduce((sum, gain) => sum + gain, 0) / Math.max(1, gains.length)
      }),
    }
  })
}

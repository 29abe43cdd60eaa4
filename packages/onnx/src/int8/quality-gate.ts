// Checks that int8 ranks like float32, by two figures: its loss in nDCG@10, query by query, and the agreement
// of the two orders of every list. A mean over a dozen judged queries moves by a point when two documents
// change places; the orders of all candidates, judged or not, are much more informative.
import type { Judgements, Run } from '@disranker/dataset'
import { kendall, LEVEL, type PairedTest, pairedTest, queryQualities } from '@disranker/ranking'

export interface GateRecipe {
  /** maximal loss of nDCG@10 on validation against float32; a larger loss must be significant to be refused */
  readonly maxLoss: number
  /** minimal Kendall's tau between the orders of int8 and float32, mean over queries; 0.9 by default */
  readonly minAgreement?: number
}

export interface Comparison {
  /** nDCG@10 of float32 and of int8 */
  readonly before: number
  readonly after: number
  /** int8 minus float32, over the judged queries */
  readonly difference: PairedTest
  readonly queries: number
  /** Kendall's tau of the orders, mean over all queries */
  readonly agreement: number
}

const COINS = { samples: 5000, seed: 1 }

export function compareRuns(int8: Run, float: Run, judgements: Judgements): Comparison {
  const [ours, theirs] = [queryQualities(int8, judgements, 10), queryQualities(float, judgements, 10)]
  const queries = [...theirs.keys()].filter((query) => ours.has(query))
  const mean = (of: typeof ours) =>
    queries.reduce((sum, query) => sum + of.get(query)!.ndcg, 0) / Math.max(1, queries.length)
  let agreement = 0
  for (const [query, rows] of float) {
    const scores = new Map(int8.get(query)?.map(({ document, score }) => [document, score]))
    agreement += kendall(
      rows.map(({ score }) => score),
      rows.map(({ document }) => scores.get(document) ?? Number.NEGATIVE_INFINITY),
    )
  }
  return {
    before: mean(theirs),
    after: mean(ours),
    difference: pairedTest(
      queries.map((query) => ours.get(query)!.ndcg - theirs.get(query)!.ndcg),
      COINS,
    ),
    queries: queries.length,
    agreement: float.size === 0 ? 1 : agreement / float.size,
  }
}

/** The reason why int8 may not replace float32; undefined when it may. */
export function refusal(
  { before, after, difference, queries, agreement }: Comparison,
  { maxLoss, minAgreement = 0.9 }: GateRecipe,
): string | undefined {
  const { low, high, p } = difference
  if (agreement < minAgreement)
    return `int8 orders documents otherwise than float32: Kendall's tau ${agreement.toFixed(3)} on validation, and the recipe wants ${minAgreement} (minAgreement)`
  if (-difference.value > maxLoss && p <= LEVEL)
    return `int8 ranks worse than float32: nDCG@10 on validation ${after.toFixed(4)} against ${before.toFixed(4)} (${difference.value.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}], p ${p.toFixed(3)}, ${queries} queries), and the recipe allows a loss of ${maxLoss} (maxLoss)`
  return undefined
}

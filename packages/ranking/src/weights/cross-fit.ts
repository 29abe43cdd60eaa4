// Ranks every judged query by weights that were chosen without its group of like queries, which measures a
// sum of parts on all judged queries instead of a split of them. It is unbiased if no part has learned from a
// grade: then only the weights depend on grades. A split of few queries measures nothing: a fifth of 30 is 6.
import { byScore, type Pairs, type Scored } from '@disranker/dataset'
import { chooseWeightsOn, FOLDS, foldsOf } from './choose-on.ts'
import type { WeightChoice } from './choose-weights.ts'
import { sumColumns } from './list-quality.ts'
import { layOut } from './part-lists.ts'

/** number of queries with a grade above 0 below which the served model is measured on all of them */
const FEW_MEASURED = 200

/** the name of the run among `runs/<name>.run` */
export const CROSS_FITTED = 'cross-fitted'

/** Whether the served model is measured on all judged queries. */
export function isFewMeasured({ queries, judgements }: Pick<Pairs, 'queries' | 'judgements'>): boolean {
  let judged = 0
  for (const { id, split } of queries)
    if (split !== 'weak' && [...(judgements.get(id)?.values() ?? [])].some((grade) => grade > 0)) judged++
  return judged > 0 && judged < FEW_MEASURED
}

/**
 * @param choice parts that have learned from no query, and queries with or without a grade above 0; those
 * without one are left out
 * @returns documents in falling order of the sum, by query
 */
export function crossFit({ parts, queries, judgements, pull }: WeightChoice): Map<string, Scored[]> {
  const { lists, deviations } = layOut(parts, queries, judgements)
  const told = parts.flatMap((_, p) => (deviations[p]! > 0 ? [p] : []))
  const folds = foldsOf(lists)
  const documentsOf = new Map(queries.map(({ id, documents }) => [id, documents]))
  const ranked = new Map<string, Scored[]>()
  for (let fold = 0; fold < FOLDS; fold++) {
    if (!folds.includes(fold)) continue
    const weights = chooseWeightsOn(
      lists.filter((_, at) => folds[at] !== fold),
      told,
      parts,
      pull,
    )
    for (const [at, { id, columns }] of lists.entries()) {
      if (folds[at] !== fold) continue
      const sums = sumColumns(columns, weights)
      const rows = documentsOf.get(id)!.map((document, place) => ({ document, score: sums[place]! }))
      ranked.set(id, rows.sort(byScore))
    }
  }
  return ranked
}

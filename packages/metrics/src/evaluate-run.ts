// All measures of one run, query by query.
import type { Judgements, Run } from '@disranker/dataset'
import { InputError } from '@disranker/stage'
import {
  ndcg,
  positiveNegative,
  precisionAtOne,
  type Ratio,
  recall,
  reciprocalRank,
} from './query-metrics.ts'

export const MEASURES = ['mrr@10', 'ndcg@10', 'pnr', 'precision@1', 'recall@100'] as const
export type Measure = (typeof MEASURES)[number]

/** by measure, the queries in the order of the judgements */
export type QueryFigures = Readonly<Record<Measure, readonly Ratio[]>>

/**
 * Measures a run on every judged query that has a document above grade 0.
 * @throws {InputError} when no query is judged, a judged query is missing from the run, or a score is not finite
 */
export function evaluateRun(name: string, run: Run, judgements: Judgements): QueryFigures {
  const judged = [...judgements].filter(([, grades]) => Math.max(...grades.values()) > 0)
  if (judged.length === 0)
    throw new InputError(
      'No query has a judged document above grade 0: there is nothing to measure. Run `npx turbo run pairs`.',
    )
  const missing = judged.filter(([id]) => !run.has(id)).map(([id]) => id)
  if (missing.length > 0)
    throw new InputError(
      `The run ${name} lacks ${missing.length} of ${judged.length} judged queries (${missing.slice(0, 3).join(', ')}). It was made from other pairs: run \`npx turbo run train\`.`,
    )
  const lists = judged.map(([id, grades]) => {
    // by score; what the file says of ranks is not trusted, its order decides ties
    const rows = run.get(id)!.toSorted((a, b) => b.score - a.score)
    const broken = rows.find(({ score }) => !Number.isFinite(score))
    if (broken)
      throw new InputError(
        `The run ${name} has the score ${broken.score} for query ${id}. Train again with a lower learning rate.`,
      )
    return { rows, grades }
  })
  const measure = (of: (list: (typeof lists)[number]) => Ratio) => lists.map(of)
  return {
    'mrr@10': measure(({ rows, grades }) => reciprocalRank(rows, grades, 10)),
    'ndcg@10': measure(({ rows, grades }) => ndcg(rows, grades, 10)),
    pnr: measure(({ rows, grades }) => positiveNegative(rows, grades)),
    'precision@1': measure(({ rows, grades }) => precisionAtOne(rows, grades)),
    'recall@100': measure(({ rows, grades }) => recall(rows, grades, 100)),
  }
}

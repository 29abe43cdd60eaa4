// Measures a model on validation during training, by its own scores alone; the weight of the lexical overlap
// is chosen once, at the end.
import { byScore, type Pairs } from '@disranker/dataset'
import { breathe } from '@disranker/stage'
import { meanQuality } from './ranking-quality.ts'
import { type Item, itemsOf } from './score-run.ts'

export interface ValidationQuality {
  /** nDCG@10 + MRR@10, as in the search of the lexical weight: either alone is noisy on a small split */
  readonly quality: number
  readonly ndcg10: number
  readonly mrr10: number
  readonly [figure: string]: number
}

/**
 * Ranks the candidates of the first `queries` validation queries.
 * @param score one score an item, in the order of the items
 */
export async function validationQuality(
  pairs: Pairs,
  queries: number,
  score: (items: readonly Item[]) => ArrayLike<number> | Promise<ArrayLike<number>>,
): Promise<ValidationQuality> {
  const run = new Map<string, { document: string; score: number }[]>()
  for (const [id, rows] of pairs.candidates('validation')) {
    if (run.size >= queries) break
    const items = itemsOf(id, rows, pairs)
    const scores = await score(items)
    await breathe()
    const ranked = items.map(({ document }, i) => ({ document: document.id, score: scores[i]! }))
    run.set(id, ranked.sort(byScore))
  }
  const { ndcg, mrr } = meanQuality(run, pairs.judgements, 10)
  return { quality: ndcg + mrr, ndcg10: ndcg, mrr10: mrr }
}

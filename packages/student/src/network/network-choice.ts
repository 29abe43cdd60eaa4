// Decides whether a student has a network. Without one the static bi-encoder and the lexical overlap rank, at
// little cost at the edge. The simpler model is preferred unless the network adds more than one standard
// error (Breiman et al. 1984).
import { readPairs } from '@disranker/dataset'
import type { PairedTest } from '@disranker/ranking'
import { findManifest } from '@disranker/stage'
import { isFewJudged } from '../queries/vector-queries.ts'

const TOO_FEW_JUDGED =
  'few train queries are judged, and the static bi-encoder has learned from a published encoder what they could teach a network (network in packages/student/recipes/student.ts)'

/** Whether a table was learned from grades. @param folder of its stage */
export const hasLearned = (folder: string): boolean => findManifest(folder)?.metrics.learned !== false

/**
 * The reason why no network is trained, if there is one.
 * @param pairs, table folders of stages
 */
export function whyWithout(
  { network }: { readonly network?: 'always' | 'earned' },
  { pairs: folder, table }: { readonly pairs: string; readonly table: string | undefined },
): string | undefined {
  if (network !== 'earned' || table === undefined || hasLearned(table)) return undefined
  const pairs = readPairs(folder)
  const few = isFewJudged(pairs)
  pairs.close()
  return few ? TOO_FEW_JUDGED : undefined
}

/** The reason why a trained network is not served. */
export function notEarned({ value, low, high }: PairedTest, queries: number): string {
  const signed = (figure: number) => `${figure < 0 ? '-' : '+'}${Math.abs(figure).toFixed(4)}`
  return `by cross-validation on ${queries} judged queries the network adds ${signed(value)} nDCG@10 [${signed(low)}, ${signed(high)}], no more than its standard error`
}

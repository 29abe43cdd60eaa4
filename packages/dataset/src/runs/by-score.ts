// The one order of a ranked list, in every file and every measure: falling scores, and equal ones by the ids of their documents,
// falling as bytes. That is trec_eval's order, so that its figures are ours.
import type { Scored } from '../records/records.ts'

/** surrogates: the only letters that UTF-16 orders otherwise than UTF-8 */
const SURROGATE = /[\ud800-\udfff]/

function compareIds(a: string, b: string): number {
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a < b ? -1 : a > b ? 1 : 0
}

/**
 * For `sort`: the better of two documents first.
 * @example [{ document: 'a', score: 1 }, { document: 'b', score: 1 }].sort(byScore)[0].document === 'b'
 */
export const byScore = (a: Scored, b: Scored): number =>
  b.score - a.score || compareIds(b.document, a.document)

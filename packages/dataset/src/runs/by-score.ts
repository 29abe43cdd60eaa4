// The order of a ranked list in every file and every measure: by falling score, equal scores by falling
// document id (as bytes). That is trec_eval's order, so that our figures equal its figures.
import type { Scored } from '../records/records.ts'

/** surrogates: the only characters that UTF-16 and UTF-8 order differently */
const SURROGATE = /[\ud800-\udfff]/

function compareIds(a: string, b: string): number {
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a < b ? -1 : a > b ? 1 : 0
}

/**
 * A comparator for `sort`: the better document first.
 * @example [{ document: 'a', score: 1 }, { document: 'b', score: 1 }].sort(byScore)[0].document === 'b'
 */
export const byScore = (a: Scored, b: Scored): number =>
  b.score - a.score || compareIds(b.document, a.document)

// What every model of vectors leaves beside them: scores of all candidates, which `score` adds to those of other teachers, and
// the runs that it ranks alone, for the report.
import { join } from 'node:path'
import { byScore, type Pairs, type Scored, SPLITS, type Split } from '@disranker/dataset'
import { type RankedSplits, rankScored, writeRanked, writeScores } from '@disranker/ranking'
import type { Work } from '@disranker/stage'

/**
 * @param logit of a query and a document, by their numbers
 * @returns what the manifest shall say of the runs
 */
export function leaveRanking(
  { folder, signal }: Work,
  pairs: Pairs,
  logit: (query: number, document: number) => number,
  { row, what }: { readonly row: string; readonly what: string },
): RankedSplits {
  const scored = (split: Split) => {
    const run = new Map<string, readonly Scored[]>()
    for (const [id, rows] of pairs.candidates(split)) {
      signal.throwIfAborted()
      const query = pairs.queries.numberOf(id)
      const fresh = rows.map(({ document }) => ({
        document,
        score: logit(query, pairs.documents.numberOf(document)),
      }))
      run.set(id, fresh.sort(byScore))
    }
    return run
  }
  const scores = Object.fromEntries(SPLITS.map((split) => [split, scored(split)])) as Record<
    Split,
    ReturnType<typeof scored>
  >
  writeScores(folder, scores, row)
  const ranked = rankScored({
    name: row,
    pairs,
    lexicalWeight: 0,
    logits: scores,
    folder: join(folder, 'runs'),
    terms: (items) => ({ overlap: new Float64Array(items.length) }),
  })
  // the teacher is what `score` makes of it
  writeRanked(folder, { row, role: 'part', what, lexicalWeight: 0 })
  return ranked
}

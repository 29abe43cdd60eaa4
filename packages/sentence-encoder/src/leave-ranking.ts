// Writes scores and runs by the vectors of queries and documents.
import { byScore, type Pairs, type Scored, SPLITS, type Split } from '@disranker/dataset'
import { leaveScores, type RankedSplits } from '@disranker/ranking'
import type { Work } from '@disranker/stage'

/**
 * @param logit of a query and a document, by their numbers
 * @returns the metrics of the runs for the manifest
 */
export function leaveRanking(
  work: Work,
  pairs: Pairs,
  logit: (query: number, document: number) => number,
  { row, what }: { readonly row: string; readonly what: string },
): RankedSplits {
  const scored = (split: Split) => {
    const run = new Map<string, readonly Scored[]>()
    for (const [id, rows] of pairs.candidates(split)) {
      work.signal.throwIfAborted()
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
  // the teacher's row is the row of `score`
  return leaveScores(work, scores, { ...{ name: row, pairs, row, what }, role: 'part' })
}

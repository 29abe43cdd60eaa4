// Writes the output of a model that scores documents: scores of all candidates, which `score` adds to those
// of other teachers, and its own runs, for the report.
import { join } from 'node:path'
import type { Work } from '@disranker/stage'
import { type RankedSplits, type RankScored, rankScored } from './rank-splits.ts'
import { type Ranked, writeRanked } from './ranked.ts'
import { type Scores, writeScores } from './scores-folder.ts'

type Row = Omit<Ranked, 'lexicalWeight' | 'staticWeight' | 'parts'>
type OfRun = Pick<RankScored, 'name' | 'pairs'> & Partial<Pick<RankScored, 'lexicalWeight' | 'terms'>>

/** @returns the metrics of the runs for the manifest */
export function leaveScores(
  { folder }: Work,
  logits: Scores,
  { row, role, what, seeds, ...run }: Row & OfRun,
): RankedSplits {
  writeScores(folder, logits, run.name)
  const ranked = rankScored({
    lexicalWeight: 0,
    terms: (items) => ({ overlap: new Float64Array(items.length) }),
    ...run,
    ...{ logits, folder: join(folder, 'runs') },
  })
  const { lexicalWeight } = ranked
  writeRanked(folder, { row, role, what, lexicalWeight, ...(seeds && { seeds }) })
  return ranked
}

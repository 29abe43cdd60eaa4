// Ranks the postponed test split of a complete student, from its folder, with the weights that were chosen on
// validation.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Pairs } from '@disranker/dataset'
import { ensureBackend } from '@disranker/engine'
import { rankTest } from '@disranker/ranking'
import type { Work } from '@disranker/stage'
import { readStudent } from './student-folder.ts'
import { splitsScorer, studentScore, studentTerms } from './student-scorer.ts'

/** Writes `runs/test.run`, and the same by the network alone. @returns no metrics */
export async function rankPostponed(
  name: string,
  pairs: Pairs,
  work: Work,
): Promise<Readonly<Record<string, never>>> {
  const { folder, progress } = work
  const runs = join(folder, 'runs')
  // it is ranked already: there is no network, or there are several seeds
  if (existsSync(join(runs, 'test.run'))) return {}
  await ensureBackend(progress.say)
  const { encoder, pairEncoder, config, staticBiEncoder } = readStudent(folder)
  const { lexicalWeight, wideWeight = 0 } = config.disranker.score
  const score = studentScore(encoder, pairEncoder)
  const scorer = splitsScorer(encoder, { score, pairs, work, folder: () => folder })
  await rankTest({
    ...{ name, pairs, work, folder: runs, lexicalWeight, staticWeight: wideWeight },
    ahead: scorer.ahead,
    score: scorer.score,
    terms: studentTerms(pairEncoder, staticBiEncoder),
  }).finally(scorer.close)
  encoder.dispose()
  return {}
}

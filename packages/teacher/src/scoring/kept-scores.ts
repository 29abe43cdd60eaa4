// Raw scores of networks are kept between runs, so that a changed weight or an added teacher only computes the sum again.
// They are identified by all inputs: the teacher without its weight and name, the pairs, and the code that
// reads and computes. Scores that a run did not use are deleted at its end; answers of servers, which may
// have cost money, are never deleted.
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Split } from '@disranker/dataset'
import { hasScores, openScores, type Scores, writeScores } from '@disranker/ranking'
import { codeOf, hashCode, readManifest, sha256 } from '@disranker/stage'
import type { ScoringContext } from './scoring-context.ts'

/** the code that reads and computes */
const SOURCE = new URL('score-teachers.ts', import.meta.url).href

const folderOf = (kept: string) => join(kept, 'scores')

/**
 * The scores of a teacher from an earlier run, or the result of `compute`, which is then kept, each split
 * separately.
 * @param identity JSON: all inputs of the teacher's scores except pairs and code
 */
export async function keptScores(
  name: string,
  identity: unknown,
  { kept, used, pairs, pairsFolder, tokensPerBatch, work, splits }: ScoringContext,
  compute: (splits: readonly Split[]) => Promise<Partial<Scores>>,
): Promise<Scores> {
  const code = hashCode(await codeOf(SOURCE))
  const about = [identity, readManifest(pairsFolder).content, tokensPerBatch, code]
  const key = sha256(JSON.stringify(about)).slice(0, 24)
  used.add(key)
  const folder = join(folderOf(kept), key)
  const missing = splits.filter((split) => !hasScores(folder, split))
  if (missing.length < splits.length)
    work.progress.say(`score: ${name}: took the raw scores of an earlier run`)
  if (missing.length > 0) writeScores(folder, await compute(missing), 'raw')
  return openScores(folder, pairs, splits)
}

/** Deletes the raw scores that this run did not use. */
export function forgetOthers({ kept, used }: Pick<ScoringContext, 'kept' | 'used'>): void {
  const folder = folderOf(kept)
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder))
    if (!used.has(name)) rmSync(join(folder, name), { recursive: true, force: true })
}

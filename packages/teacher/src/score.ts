// The teacher scores every candidate, labelled or not: what the student learns from, and the teacher's own row in the
// report. Scored shard by shard, so a killed run goes on with the next shard.
// Run: npx turbo run score
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { readPairs, type Split, scoreRun, writeRun } from '@disranker/dataset'
import { type Manifest, runStage } from '@disranker/stage'
import { scorePairs } from '@disranker/transformer'
import { readTeacher } from './teacher-folder.ts'

export interface ScoreRecipe {
  readonly queriesPerShard: number
  /** most tokens in a batch, padding included: bounds the memory */
  readonly tokensPerBatch: number
}

export interface ScoreOptions {
  readonly pairs: string
  /** folder of the sft stage */
  readonly teacher: string
  readonly out: string
  readonly recipe: ScoreRecipe
  readonly signal?: AbortSignal
}

const SPLITS: readonly Split[] = ['train', 'weak', 'validation', 'test']

/** Scores the candidates of every split; needs an open backend. Leaves `runs/<split>.run`. */
export function score({
  pairs: pairsFolder,
  teacher: folder,
  out,
  recipe,
  signal,
}: ScoreOptions): Promise<Manifest> {
  return runStage({
    name: 'score',
    out,
    inputs: { pairs: pairsFolder, teacher: folder },
    recipe,
    signal,
    async run(work) {
      const pairs = readPairs(pairsFolder)
      const { decoder, encoder } = readTeacher(folder)
      mkdirSync(join(work.folder, 'runs'), { recursive: true })
      const counts: Record<string, number> = {}
      for (const split of SPLITS) {
        const run = await scoreRun({
          name: `score ${split}`,
          run: pairs.candidates(split),
          pairs,
          scratch: work.scratch,
          queriesPerShard: recipe.queriesPerShard,
          progress: work.progress,
          signal: work.signal,
          score: (items) =>
            scorePairs(
              decoder,
              items.map(({ query, document }) => encoder.encode(query, document)),
              recipe.tokensPerBatch,
            ),
        })
        writeRun(join(work.folder, 'runs', `${split}.run`), run, 'teacher')
        counts[split] = [...run.values()].reduce((sum, rows) => sum + rows.length, 0)
      }
      decoder.dispose()
      return { scored: counts }
    },
  })
}

// The teacher scores every candidate, labelled or not: what the student learns from, and the teacher's own row in the
// report (there with the lexical overlap and without it, as every row; what the student learns from is without).
// Scored shard by shard, so a killed run goes on with the next shard.
// Run: npx turbo run score
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { readPairs, writeRun } from '@disranker/dataset'
import { type Item, rankSplits, scoreRun, writeRanked } from '@disranker/ranking'
import { type Manifest, runStage } from '@disranker/stage'
import { scorePairs } from '@disranker/transformer'
import { readTeacher } from './teacher-folder.ts'

export interface ScoreRecipe {
  readonly queriesPerShard: number
  /** most tokens in a batch, padding included: bounds the memory */
  readonly tokensPerBatch: number
  /** weight of the lexical overlap in the rows of the report: searched on validation, or a number */
  readonly lexicalWeight: 'search' | number
}

export interface ScoreOptions {
  readonly pairs: string
  /** folder of the sft stage */
  readonly teacher: string
  readonly out: string
  readonly recipe: ScoreRecipe
  readonly signal?: AbortSignal
}

/** Scores the candidates of every split; needs an open backend. Leaves `runs/<split>.run` and `ranked.json`. */
export function score({
  pairs: pairsFolder,
  teacher: folder,
  out,
  recipe,
  signal,
}: ScoreOptions): Promise<Manifest> {
  return runStage({
    source: import.meta.url,
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
      const encode = ({ query, document }: Item) => encoder.encode(query, document)
      const scored = (items: readonly Item[]) => scorePairs(decoder, items.map(encode), recipe.tokensPerBatch)
      for (const split of ['train', 'weak'] as const) {
        const run = await scoreRun({
          name: `score ${split}`,
          run: pairs.candidates(split),
          pairs,
          scratch: work.scratch,
          queriesPerShard: recipe.queriesPerShard,
          progress: work.progress,
          signal: work.signal,
          score: scored,
        })
        writeRun(join(work.folder, 'runs', `${split}.run`), run, 'teacher')
        counts[split] = 0
        for (const [, rows] of run) counts[split] += rows.length
      }
      const ranked = await rankSplits({
        name: 'teacher',
        pairs,
        work,
        lexicalWeight: recipe.lexicalWeight,
        folder: join(work.folder, 'runs'),
        queriesPerShard: recipe.queriesPerShard,
        score: scored,
        overlap: (items) => Float64Array.from(items, (item) => encode(item).overlap),
      })
      writeRanked(work.folder, {
        row: 'teacher',
        role: 'teacher',
        what: 'decoder: continued pre-training, then ranking',
        lexicalWeight: ranked.lexicalWeight,
      })
      decoder.dispose()
      return { scored: counts, ...ranked }
    },
  })
}

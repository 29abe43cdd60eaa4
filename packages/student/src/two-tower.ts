// A cheap learned baseline: a softmax over all documents by bags of words. It ranks no document that it has not seen.
// Run: npx turbo run two-tower
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { meanQuality, readPairs, scoreRun, writeRun } from '@disranker/dataset'
import { type Manifest, runStage } from '@disranker/stage'
import { createBagOfWords } from './bag-of-words.ts'
import { gatherLessons, type TowersRecipe, textOf, trainTowers } from './train-towers.ts'

export interface TwoTowerRecipe extends TowersRecipe {
  readonly seed: number
  /** words of the bag */
  readonly words: number
}

export interface TwoTowerOptions {
  readonly pairs: string
  readonly out: string
  readonly recipe: TwoTowerRecipe
  readonly signal?: AbortSignal
}

/** Trains the baseline and leaves `runs/{validation,test}.run`; needs an open backend. */
export function twoTower({ pairs: folder, out, recipe, signal }: TwoTowerOptions): Promise<Manifest> {
  return runStage({
    name: 'two-tower',
    out,
    inputs: { pairs: folder },
    recipe,
    signal,
    async run(work) {
      const pairs = readPairs(folder)
      const lessons = gatherLessons(pairs, recipe)
      const texts = [...pairs.documents.map(textOf), ...new Set(lessons.map(({ text }) => text))]
      const bag = createBagOfWords(texts, recipe.words)
      const { towers, scoresOf, history } = await trainTowers({
        name: 'two-tower',
        pairs,
        lessons,
        bag,
        recipe,
        work,
      })
      mkdirSync(join(work.folder, 'runs'), { recursive: true })
      const validation: Record<string, number> = {}
      for (const split of ['validation', 'test'] as const) {
        const run = await scoreRun({
          name: `two-tower ranks ${split}`,
          run: pairs.candidates(split),
          pairs,
          scratch: work.scratch,
          queriesPerShard: 32,
          progress: work.progress,
          signal: work.signal,
          score: scoresOf,
        })
        writeRun(join(work.folder, 'runs', `${split}.run`), run, 'two-tower')
        if (split === 'validation') {
          const { ndcg, mrr } = meanQuality(run, pairs.judgements, 10)
          Object.assign(validation, { ndcg10: ndcg, mrr10: mrr })
        }
      }
      towers.dispose()
      return { steps: history.length, loss: history.at(-1)?.loss, validation }
    },
  })
}

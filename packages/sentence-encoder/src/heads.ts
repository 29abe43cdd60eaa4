// Learns linear maps on the frozen encoder's vectors from the log's grades. Train queries are scored by heads
// that did not learn from them (two folds), so that choices on train queries, such as weights of a sum, are
// not misled by overfitting.
// Run: npx turbo run heads
import { readLogFacts, readPairs, readPseudoQueries } from '@disranker/dataset'
import { ensureBackend } from '@disranker/engine'
import {
  createCorpusBatches,
  dotRows,
  hasVectors,
  readVectors,
  takeFromLog,
  type Vectors,
  writeVectors,
} from '@disranker/ranking'
import { leaveOut, type Manifest, runStage, type StageOptions } from '@disranker/stage'
import { recipeParts, trainingOptions } from '@disranker/training'
import { z } from 'zod'
import { leaveRanking } from './leave-ranking.ts'
import { type LinearHeads, mapVectors, trainHeads, writeHeads } from './linear-heads.ts'

export const headsSchema = z.strictObject({
  seed: z.int(),
  /** the logits are cosines divided by this */
  temperature: z.number().positive().max(10),
  objective: z.strictObject({ gains: recipeParts.derivedGains }),
  /** queries a step */
  batch: recipeParts.count,
  /** maximal number of documents in the softmax of a step */
  documents: z.int().min(2),
  /** how often a train query is used for each use of a weak one */
  trainTimes: recipeParts.count,
  training: recipeParts.training,
})
export type HeadsRecipe = Readonly<z.output<typeof headsSchema>>

export interface HeadsOptions extends StageOptions<HeadsRecipe> {
  readonly pairs: string
  /** folder of the pseudo-queries stage */
  readonly pseudo: string
  /** folder of the features stage */
  readonly features: string
}

const FOLDS = 2

/**
 * Trains. Writes `vectors/`, `scores/`, `runs/` and `ranked.json`, or `leftOut` in the manifest when the
 * features stage did no work.
 */
export function heads(options: HeadsOptions): Promise<Manifest> {
  const { pairs: folder, pseudo, features, recipe: given } = options
  return runStage({
    ...options,
    source: import.meta.url,
    name: 'heads',
    inputs: { pairs: folder, pseudo, features },
    async run(work) {
      if (!hasVectors(features)) return leaveOut('heads', work, 'the features stage left no vectors')
      await ensureBackend(work.progress.say)
      const pairs = work.closeLater(readPairs(folder))
      const recipe = takeFromLog(given, { name: 'heads', facts: readLogFacts(folder), work })
      const { temperature } = recipe
      const vectors = readVectors(features, {
        documents: pairs.documents.length,
        queries: pairs.queries.length,
        pseudo: readPseudoQueries(pseudo).length,
      })
      const folds = foldsOf(pairs)
      const fold = (query: number) => folds[query]!
      const train = (name: string, takes: (query: number) => boolean) => {
        const batches = createCorpusBatches(pairs, { ...recipe, ...recipe.objective, takes })
        return trainHeads(vectors, batches, temperature, trainingOptions(recipe, work, name))
      }
      const { heads: whole, loss } = await train('heads', () => true)
      const mapped = mapVectors(vectors, whole, temperature)
      const apart: Vectors[] = []
      const folded: LinearHeads[] = []
      for (let number = 0; number < FOLDS; number++) {
        const { heads } = await train(`heads-fold-${number}`, (query) => fold(query) !== number)
        folded.push(heads)
        apart.push(mapVectors({ ...vectors, pseudo: new Float32Array() }, heads, temperature))
      }
      writeVectors(work.folder, mapped)
      writeHeads(work.folder, vectors.features, whole, folded, folds)
      const logit = (query: number, document: number) => {
        const { queries, documents } = apart[fold(query)] ?? mapped
        return dotRows(queries, query, documents, document, vectors.features)
      }
      const ranked = leaveRanking(work, pairs, logit, {
        row: 'heads',
        what: 'linear maps on the frozen encoder',
      })
      return { steps: recipe.training.steps, loss, ...ranked }
    },
  })
}

/**
 * The fold of each query, by number; -1 for one that is not trained on. Graded queries are assigned in
 * rotation.
 */
function foldsOf(pairs: ReturnType<typeof readPairs>): Int8Array {
  const folds = new Int8Array(pairs.queries.length).fill(-1)
  let number = 0
  let dealt = 0
  for (const { id, split } of pairs.queries) {
    if ((split === 'train' || split === 'weak') && pairs.judgements.has(id)) folds[number] = dealt++ % FOLDS
    number++
  }
  return folds
}

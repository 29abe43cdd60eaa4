// Linear maps on the frozen encoder's vectors, learned on the log's grades. The scores they leave for train queries are those of
// heads that did not learn from the query (two folds), so that what is chosen on train queries, weights of a sum among them,
// is not fooled by what was learned by heart.
// Run: npx turbo run heads
import { readPairs, readPseudoQueries } from '@disranker/dataset'
import { ensureBackend } from '@disranker/engine'
import {
  createCorpusBatches,
  deriveRecipe,
  dotRows,
  gatherFacts,
  hasVectors,
  readVectors,
  type Vectors,
  writeVectors,
} from '@disranker/ranking'
import { type Manifest, runStage, schemaOf } from '@disranker/stage'
import { recipeParts, type Training, trainingOptions } from '@disranker/training'
import { z } from 'zod'
import { leaveRanking } from './leave-ranking.ts'
import { type LinearHeads, mapVectors, trainHeads, writeHeads } from './linear-heads.ts'

export interface HeadsRecipe {
  readonly seed: number
  /** cosines are divided by it */
  readonly temperature: number
  /** the gain of a document of each grade; `'auto'`: 2^grade - 1 up to the log's highest */
  readonly objective: { readonly gains: z.output<typeof recipeParts.derivedGains> }
  /** queries a step */
  readonly batch: number
  /** documents a step that a query is told apart from, at most */
  readonly documents: number
  /** times a train query comes for each time a weak one does */
  readonly trainTimes: number
  readonly training: Training
}

export const headsSchema = schemaOf<HeadsRecipe>()(
  z.strictObject({
    seed: z.int(),
    temperature: z.number().positive().max(10),
    objective: z.strictObject({ gains: recipeParts.derivedGains }),
    batch: recipeParts.count,
    documents: z.int().min(2),
    trainTimes: recipeParts.count,
    training: recipeParts.training,
  }),
)

export interface HeadsOptions {
  readonly pairs: string
  /** folder of the pseudo-queries stage */
  readonly pseudo: string
  /** folder of the features stage */
  readonly features: string
  readonly out: string
  readonly recipe: HeadsRecipe
  readonly signal?: AbortSignal
}

const FOLDS = 2

/**
 * Trains. Leaves `vectors/`, `scores/`, `runs/` and `ranked.json`, or `leftOut` in
 * the manifest when the features stage left its work out.
 */
export function heads({
  pairs: folder,
  pseudo,
  features,
  out,
  recipe: given,
  signal,
}: HeadsOptions): Promise<Manifest> {
  return runStage({
    source: import.meta.url,
    name: 'heads',
    out,
    inputs: { pairs: folder, pseudo, features },
    recipe: given,
    signal,
    async run(work) {
      if (!hasVectors(features)) {
        const leftOut = 'the features stage left no vectors'
        work.progress.say(`heads: left out, ${leftOut}`)
        return { leftOut }
      }
      await ensureBackend(work.progress.say)
      const pairs = readPairs(folder)
      const recipe = deriveRecipe(
        given,
        gatherFacts(pairs),
        { over: 'trainQueries', times: 1, perStep: given.batch, least: 1 },
        (line) => work.progress.say(`heads: ${line}`),
      )
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

/** By a query's number its fold; -1 for one that is not learned from. Graded queries are dealt out in turn. */
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

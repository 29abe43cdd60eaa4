// Fine-tunes a published bi-encoder as a teacher: queries and documents are embedded separately, and each
// query of a batch is compared with the documents of all queries (in-batch negatives; Karpukhin et al. 2020),
// by their grades. It writes scores of every candidate, which `score` adds to those of other teachers.
//   s(q, d) = cos(e(q), e(d)) / temperature
// Run: npx turbo run bi-encoder
import { findCheckpoint } from '@disranker/checkpoint'
import { type Pairs, readLogFacts, readPairs } from '@disranker/dataset'
import { ensureBackend, type Random } from '@disranker/engine'
import { createGroups, groups, type Item, leaveScores, scoreSplits, takeFromLog } from '@disranker/ranking'
import { textOf } from '@disranker/scorers'
import { leaveOut, type Manifest, runStage, type StageOptions } from '@disranker/stage'
import {
  fit,
  gradesObjective,
  objectiveLoss,
  recipeParts,
  trainingOptions,
  writeCurve,
} from '@disranker/training'
import { matchesSome, packBatch } from '@disranker/transformer'
import * as tf from '@tensorflow/tfjs'
import { z } from 'zod'
import {
  embedTexts,
  openTwinEncoder,
  type TwinEncoder,
  twinReading,
  writeTwinEncoder,
} from './training/twin-encoder.ts'

export const biEncoderSchema = z.strictObject({
  seed: z.int(),
  /**
   * a model of the hub, such as "sentence-transformers/all-MiniLM-L6-v2", or the path of a folder; false:
   * none, and the stage does no work
   */
  from: z.union([z.string().min(1), z.literal(false)]),
  /** of the hub: the commit, so that the model never changes */
  revision: z.string().min(1).exactOptional(),
  ...twinReading,
  /** weights that are frozen, by parts of their names */
  freeze: z.array(z.string().min(1)).readonly(),
  /** steps `'auto'`: PASSES passes over the train queries */
  training: recipeParts.unmeasuredTraining,
  /** queries a step */
  queries: recipeParts.count,
  /** documents of each query in the batch */
  groups,
  objective: gradesObjective,
})
export type BiEncoderRecipe = Readonly<z.output<typeof biEncoderSchema>>

/** passes over the train queries for `'auto'`, and the minimal number of steps */
const PASSES = 5
const LEAST_STEPS = 200
/** documents whose embeddings are cached while candidates are scored */
const REMEMBERED = 100_000

export interface BiEncoderOptions extends StageOptions<BiEncoderRecipe> {
  readonly pairs: string
}

/**
 * Fine-tunes and scores. Writes a folder of sentence-transformers, `scores/`, `runs/` and `curve.jsonl`, or
 * `leftOut` in the manifest when the recipe names no checkpoint.
 * @throws {InputError} when the checkpoint cannot be found or is no encoder; nothing is written then
 */
export async function biEncoder(options: BiEncoderOptions): Promise<Manifest> {
  const { pairs: folder, recipe: given, signal } = options
  const { from, revision } = given
  const source =
    from === false ? undefined : await findCheckpoint({ from, ...(revision && { revision }) }, signal)
  return runStage({
    ...options,
    source: import.meta.url,
    name: 'bi-encoder',
    inputs: { pairs: folder },
    ...(source && { facts: { from: source.identity } }),
    async run(work) {
      if (source === undefined)
        return leaveOut('bi-encoder', work, 'recipes/bi-encoder.ts names no checkpoint (from)')
      await ensureBackend(work.progress.say)
      const pairs = work.closeLater(readPairs(folder))
      const recipe = takeFromLog(
        given,
        { name: 'bi-encoder', facts: readLogFacts(folder), work },
        { over: 'trainQueries', times: PASSES, perStep: given.queries, least: LEAST_STEPS },
      )
      const trains = (name: string) => !matchesSome(recipe.freeze, name)
      const twin = openTwinEncoder(source.folder, recipe, { seed: recipe.seed, trains })
      const draw = createDraw(pairs, twin, recipe)
      const { history } = await fit({
        ...trainingOptions(recipe, work, 'bi-encoder'),
        weights: twin.encoder.weights,
        batch: (_, random) => draw(random),
        loss({ queries, documents, grades }) {
          const scores = tf.matMul(twin.embed(queries), twin.embed(documents), false, true)
          const targets = { grades }
          return objectiveLoss(recipe.objective, tf.div(scores, recipe.temperature), targets)
        },
      })
      writeCurve(work, 'bi-encoder', history)
      writeTwinEncoder(work.folder, twin)
      const logits = await scoreSplits({ name: 'bi-encoder', pairs, work, score: comparing(twin) })
      const ranked = leaveScores(work, logits, {
        ...{ name: 'bi-encoder', pairs, row: 'bi_encoder', what: 'published bi-encoder, fine-tuned' },
        // the teacher's row is the row of `score`
        role: 'part',
      })
      twin.encoder.dispose()
      return { steps: history.length, loss: history.at(-1)?.loss, ...ranked }
    },
  })
}

/**
 * Batches of queries, the distinct documents of all their groups, and the grade of every document for every
 * query.
 */
function createDraw(pairs: Pairs, twin: TwinEncoder, { queries, groups }: BiEncoderRecipe) {
  const drawGroup = createGroups(pairs, groups)
  return (random: Random) => {
    const drawn = Array.from({ length: queries }, () => drawGroup(random))
    const documents = [
      ...new Map(drawn.flatMap(({ documents }) => documents.map((one) => [one.id, one]))).values(),
    ]
    return {
      queries: packBatch(drawn.map(({ query }) => twin.encode('query', query.text))),
      documents: packBatch(documents.map((document) => twin.encode('document', textOf(document)))),
      // a document of another query may be judged for this query, too
      grades: Float32Array.from(
        drawn.flatMap(({ query }) => {
          const judged = pairs.judgements.get(query.id)
          return documents.map(({ id }) => judged?.get(id) ?? 0)
        }),
      ),
    }
  }
}

/** Scores of items; a document is embedded once, however many queries it is a candidate of. */
function comparing(twin: TwinEncoder): (items: readonly Item[]) => Float64Array {
  const known = new Map<string, Float32Array>()
  return (items) => {
    if (known.size > REMEMBERED) known.clear()
    const fresh = new Map(
      items.filter(({ document }) => !known.has(document.id)).map(({ document }) => [document.id, document]),
    )
    const made = embedTexts(twin, 'document', Array.from(fresh.values(), textOf))
    for (const [at, id] of [...fresh.keys()].entries()) known.set(id, made[at]!)
    const texts = [...new Set(items.map(({ query }) => query))]
    const queries = new Map(embedTexts(twin, 'query', texts).map((vector, at) => [texts[at]!, vector]))
    return Float64Array.from(items, ({ query, document }) => {
      const [q, d] = [queries.get(query)!, known.get(document.id)!]
      let cosine = 0
      for (let i = 0; i < q.length; i++) cosine += q[i]! * d[i]!
      return cosine / twin.reading.temperature
    })
  }
}

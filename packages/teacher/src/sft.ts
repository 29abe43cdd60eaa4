// Supervised fine-tuning to rank: the hidden state of the final </s> goes through one dense layer to a score, and
// documents of a higher grade must score higher.
//   loss = mean max(0, margin - t(q, d+) + t(q, d-))   over pairs of one query with different grades
// Run: npx turbo run sft
import { join, relative } from 'node:path'
import { type Pairs, readLogFacts, readPairs } from '@disranker/dataset'
import { ensureBackend } from '@disranker/engine'
import {
  createGroups,
  type Derived,
  groups,
  type Item,
  scoreSplits,
  takeFromLog,
  validationQuality,
  writeSeedScores,
} from '@disranker/ranking'
import { type Manifest, runStage, type StageOptions, type Work } from '@disranker/stage'
import type { PairEncoder } from '@disranker/tokenizer'
import {
  dropTokens,
  fit,
  type GroupBatch,
  gradesObjective,
  groupScores,
  objectiveLoss,
  packGroups,
  recipeParts,
  tokensOf,
  trainingOptions,
  writeCurve,
} from '@disranker/training'
import { type Decoder, scorePairs } from '@disranker/transformer'
import { z } from 'zod'
import { isLeftOut, type LeftOut, leaveOut, leftOutBefore, leftOutSchema } from './training/leave-out.ts'
import { readTeacher, writeTeacher } from './training/teacher-folder.ts'
import { noiseOf, trainsSchema } from './training/trained-part.ts'

const sftTrains = z.strictObject({
  ...recipeParts.seeds,
  /** steps `'auto'`: PASSES passes over the train queries */
  training: recipeParts.derivedTraining,
  /** queries a step, each with a group of documents */
  queries: recipeParts.count,
  groups,
  objective: gradesObjective,
  /** share of the words that are hidden in training */
  wordDropout: recipeParts.share.lt(1),
  /** the trained part of a pre-trained teacher; all of it by default */
  trains: trainsSchema.exactOptional(),
  /**
   * the input of the ranking head: the last token's state (the method's), or the mean of all; by default as
   * in the folder
   */
  pooling: z.enum(['last', 'mean']).exactOptional(),
})
export type SftRecipe = Readonly<z.output<typeof sftTrains>>
export const sftSchema = recipeParts.formBy<SftRecipe | LeftOut>('leftOut', leftOutSchema, sftTrains)

/** passes over the train queries for `'auto'`, and the minimal number of steps */
const PASSES = 2
const LEAST_STEPS = 400

export interface SftOptions extends StageOptions<SftRecipe | LeftOut> {
  readonly pairs: string
  /** folder of the cpt stage */
  readonly teacher: string
}

/**
 * Teaches the pre-trained decoder to rank. Writes a teacher folder and `curve.jsonl`, and for other seeds
 * `scores/seed-<n>/` of validation and test.
 */
export function sft(options: SftOptions): Promise<Manifest> {
  const { pairs: pairsFolder, teacher: folder, out, recipe: given, signal } = options
  const without = isLeftOut(given) ? given : leftOutBefore(folder)
  if (without !== undefined || isLeftOut(given))
    return leaveOut('sft', { pairs: pairsFolder, teacher: folder, out, recipe: without!, signal })
  return runStage({
    ...options,
    source: import.meta.url,
    name: 'sft',
    inputs: { pairs: pairsFolder, teacher: folder },
    async run(work) {
      await ensureBackend(work.progress.say)
      const pairs = work.closeLater(readPairs(pairsFolder))
      const recipe = takeFromLog(
        given,
        { name: 'sft', facts: readLogFacts(pairsFolder), work },
        { over: 'trainQueries', times: PASSES, perStep: given.queries, least: LEAST_STEPS },
      )
      const train = (seed: number, name: string) =>
        trainRanker(folder, { ...recipe, seed }, { pairs, work, name })
      const { decoder, config, tokenizer, history } = await train(recipe.seed, 'sft')
      writeCurve(work, 'sft', history)
      // with the path separators of other programs, on Windows too
      const base = relative(join(out, 'adapter'), folder).replaceAll('\\', '/')
      writeTeacher(work.folder, { decoder, config, tokenizer, task: 'SEQ_CLS', trains: given.trains, base })
      decoder.dispose()
      for (const seed of recipe.seeds ?? []) {
        const name = `sft-seed-${seed}`
        const { decoder, encoder } = await train(seed, name)
        const score = (items: readonly Item[]) => scoreItems(decoder, encoder, items)
        const scores = await scoreSplits({ name, pairs, work, splits: ['validation', 'test'], score })
        writeSeedScores(work.folder, seed, scores, name)
        decoder.dispose()
      }
      return { steps: history.length, loss: history.at(-1)?.loss }
    },
  })
}

const scoreItems = (decoder: Decoder, encoder: PairEncoder, items: readonly Item[]) =>
  scorePairs(
    decoder,
    items.map(({ query, document }) => encoder.encode(query, document)),
  )

interface TrainingRun {
  readonly pairs: Pairs
  readonly work: Work
  /** name of the checkpoints and of the progress */
  readonly name: string
}

/** Trains the teacher in `folder` from the recipe's seed. Dispose of `decoder` after use. */
async function trainRanker(folder: string, recipe: Derived<SftRecipe>, { pairs, work, name }: TrainingRun) {
  const { trains, pooling } = recipe
  const teacher = readTeacher(folder, { trains, pooling, rows: recipe.queries * recipe.groups.size })
  const { decoder, encoder, dropout } = teacher
  const hidden = { ...dropout, share: recipe.wordDropout }
  const drawGroup = createGroups(pairs, recipe.groups)
  const { history } = await fit<GroupBatch>({
    ...trainingOptions(recipe, work, name, (queries) =>
      validationQuality(pairs, queries, (items) => scoreItems(decoder, encoder, items)),
    ),
    weights: decoder.weights,
    tokens: ({ batch }) => tokensOf(batch),
    batch(_, random) {
      const groups = Array.from({ length: recipe.queries }, () => {
        const { query, documents, grades } = drawGroup(random)
        const texts = documents.map((document) =>
          dropTokens(encoder.encode(query.text, document), hidden, random),
        )
        return { pairs: texts, targets: { grades } }
      })
      const packed = packGroups(groups, recipe.groups.size)
      return { ...packed, batch: { ...packed.batch, noise: noiseOf(recipe, random) } }
    },
    loss: (packed) =>
      objectiveLoss(recipe.objective, groupScores(decoder.score(packed.batch), packed), packed.targets),
  })
  return { ...teacher, history }
}

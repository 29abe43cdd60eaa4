// Continued pre-training: the query is the prompt, and the model learns to predict the clicked title and summary.
//   loss = -sum_j log P(x_j | query, x_<j), over the tokens x_j of title and summary alone (DisRanker, section 3.1)
// Run: npx turbo run cpt
import { findCheckpoint, hashOf } from '@disranker/checkpoint'
import { readLogFacts, readPairs } from '@disranker/dataset'
import { ensureBackend } from '@disranker/engine'
import { takeFromLog } from '@disranker/ranking'
import { type Manifest, runStage, type StageOptions } from '@disranker/stage'
import { fit, modelOf, recipeParts, tokensOf, trainingOptions, writeCurve } from '@disranker/training'
import { type DecoderSizes, decoders } from '@disranker/transformer'
import { z } from 'zod'
import { drawTexts } from './training/draw-texts.ts'
import { countTargets, type LanguageBatch, languageBatch } from './training/language-batch.ts'
import { isLeftOut, type LeftOut, leaveOut, leftOutSchema } from './training/leave-out.ts'
import { writeTeacher } from './training/teacher-folder.ts'
import { type FromCheckpoint, startTeacher } from './training/teacher-start.ts'
import { noiseOf, type TrainedPart, trainsSchema } from './training/trained-part.ts'
import { type Text, validationLoss } from './training/validation-loss.ts'

export interface CptFromScratch {
  /** lengths and size may be `'auto'`: derived from the log */
  readonly vocabulary: z.output<typeof recipeParts.vocabulary>
  /** Hugging Face keys of a decoder's config.json, except those that the vocabulary decides */
  readonly model: DecoderSizes
}

export interface FromCheckpointRecipe extends Omit<FromCheckpoint, 'lengths'> {
  /** may be `'auto'`: derived from the log */
  readonly lengths: z.output<typeof recipeParts.lengths>
}

const shared = {
  seed: z.int(),
  /** steps `'auto'`: PASSES passes over the clicked pairs */
  training: recipeParts.derivedTraining,
  /** texts a step */
  batch: recipeParts.count,
  /** share of the texts drawn from weak queries and their documents */
  weakShare: recipeParts.share,
}
export type CptRecipe = (CptFromScratch | FromCheckpointRecipe) &
  Readonly<z.output<z.ZodObject<typeof shared>>>

const cptFromScratch = z.strictObject({
  ...shared,
  vocabulary: recipeParts.vocabulary,
  model: modelOf(decoders),
})
const cptFromCheckpoint = z.strictObject({
  ...shared,
  from: z.string().min(1),
  revision: z.string().min(1).exactOptional(),
  adapter: z.string().min(1).exactOptional(),
  layers: z.array(z.int().min(0)).min(1).readonly().exactOptional(),
  lengths: recipeParts.lengths,
  trains: trainsSchema.exactOptional(),
})
/** `from` names a pre-trained model; by default the model is made from scratch. */
export const cptSchema = recipeParts.formBy<CptRecipe | LeftOut>(
  'leftOut',
  leftOutSchema,
  recipeParts.formBy<CptRecipe>('from', cptFromCheckpoint, cptFromScratch),
)

/** passes over the clicked pairs for `'auto'`, and the minimal number of steps */
const PASSES = 3
const LEAST_STEPS = 300

export interface CptOptions extends StageOptions<CptRecipe | LeftOut> {
  /** folder of the pairs stage */
  readonly pairs: string
}

/**
 * Trains a decoder on clicked pairs. Writes a teacher folder and `curve.jsonl`.
 * @throws {InputError} also when the model of `from` cannot be found or read; nothing is written then
 */
export async function cpt(options: CptOptions): Promise<Manifest> {
  const { pairs: folder, out, recipe: given, signal } = options
  if (isLeftOut(given)) return leaveOut('cpt', { pairs: folder, out, recipe: given, signal })
  const source = 'from' in given ? await findCheckpoint(given, signal) : undefined
  const adapter = 'from' in given && given.adapter ? await hashOf(given.adapter) : undefined
  return runStage({
    ...options,
    source: import.meta.url,
    name: 'cpt',
    inputs: { pairs: folder },
    ...(source && { facts: { from: source.identity, ...(adapter && { adapter }) } }),
    async run(work) {
      await ensureBackend(work.progress.say)
      const pairs = work.closeLater(readPairs(folder))
      const recipe = takeFromLog(
        given,
        { name: 'cpt', facts: readLogFacts(folder), work },
        { over: 'clickedPairs', times: PASSES, perStep: given.batch, least: LEAST_STEPS },
      )
      const { decoder, config, tokenizer, encoder, separators } = startTeacher(recipe, pairs, source?.folder)
      if (source && decoder.fresh.length > 0)
        work.progress.say(`cpt: the checkpoint has no ${decoder.fresh.join(', ')}: made new`)
      const draw = drawTexts(pairs, recipe.weakShare)
      const pack = (texts: readonly Text[]) =>
        languageBatch(
          texts.map(({ query, document }) => encoder.encode(query, document)),
          separators,
        )
      const { history } = await fit<LanguageBatch>({
        ...trainingOptions(recipe, work, 'cpt', (queries) =>
          validationLoss(pairs, queries, {
            batch: recipe.batch,
            pack,
            loss: ({ batch, targets }) => decoder.languageLoss(batch, targets),
          }),
        ),
        weights: decoder.weights,
        tokens: ({ batch }) => tokensOf(batch),
        // the loss is a mean over predicted tokens, and so is an update's loss
        counts: countTargets,
        batch(_, random) {
          const packed = pack(Array.from({ length: recipe.batch }, () => draw(random)))
          const noise = noiseOf(given as { trains?: TrainedPart }, random)
          return { ...packed, batch: { ...packed.batch, noise } }
        },
        loss: ({ batch, targets }) => decoder.languageLoss(batch, targets),
      })
      writeCurve(work, 'cpt', history)
      const part = 'from' in given ? { trains: given.trains, base: given.from } : { base: '..' }
      writeTeacher(work.folder, { decoder, config, tokenizer, task: 'CAUSAL_LM', ...part })
      decoder.dispose()
      return { steps: history.length, loss: history.at(-1)?.loss, vocabulary: config.vocab_size }
    },
  })
}

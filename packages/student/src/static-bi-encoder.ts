// A static bi-encoder on the student's own tokens: a cheap model of the whole corpus. It is one of the
// teachers (`scores/`) and a row of the report. It has no parameters of a single document, so a student can
// add it to its network (wide.safetensors).
// Run: npx turbo run static-bi-encoder
import { join } from 'node:path'
import { learnedTexts, type Pairs, readLogFacts, readPairs, readPseudoQueries } from '@disranker/dataset'
import { type Bags, ensureBackend, packBags } from '@disranker/engine'
import {
  createCorpusBatches,
  type Derived,
  type Item,
  leaveScores,
  lexicalWeight,
  rankSplits,
  scoreSplits,
  takeFromLog,
  trainSeeds,
  writeVectors,
} from '@disranker/ranking'
import { type Manifest, runStage, type StageOptions, type Work } from '@disranker/stage'
import { createPairEncoder, learnVocabulary, STAGE_MEMORY } from '@disranker/tokenizer'
import { fit, recipeParts, softmaxLoss, trainingOptions } from '@disranker/training'
import { createStaticScore, STATIC_TABLE, type StaticBiEncoder } from '@disranker/transformer'
import { z } from 'zod'
import { createStaticNetwork } from './table/static-network.ts'
import {
  channelVectors,
  createReader,
  createSides,
  rarityOf,
  type Sides,
  writeChannel,
} from './table/text-sides.ts'

export const staticBiEncoderSchema = z.strictObject({
  ...recipeParts.seeds,
  /**
   * the student's vocabulary, so that the student can use the table; lengths may be longer, because a token
   * costs little here
   */
  vocabulary: recipeParts.vocabulary,
  /** features of a token's row */
  features: recipeParts.count,
  objective: z.strictObject({ gains: recipeParts.derivedGains }),
  /** passes over the train and weak queries */
  epochs: recipeParts.count,
  /** queries a step */
  batch: recipeParts.count,
  /** maximal number of documents in the softmax of a step */
  documents: z.int().min(2),
  /** share of the query's tokens that are hidden in training */
  wordDropout: recipeParts.share.lt(1),
  /** how often a train query is used for each use of a weak one */
  trainTimes: recipeParts.count,
  /** of the row of the report */
  lexicalWeight,
  training: recipeParts.stepless,
})
export type StaticBiEncoderRecipe = Readonly<z.output<typeof staticBiEncoderSchema>>

export interface StaticBiEncoderOptions extends StageOptions<StaticBiEncoderRecipe> {
  readonly pairs: string
  /** folder of the pseudo-queries stage; without it no vectors are written */
  readonly pseudo?: string
}

/** Trains the static bi-encoder. Writes its files, `vectors/`, `scores/`, `runs/` and `ranked.json`. */
export function staticBiEncoder(options: StaticBiEncoderOptions): Promise<Manifest> {
  const { pairs: folder, pseudo, recipe: given } = options
  return runStage({
    ...options,
    source: import.meta.url,
    name: 'static-bi-encoder',
    inputs: { pairs: folder, ...(pseudo !== undefined && { pseudo }) },
    async run(work) {
      await ensureBackend(work.progress.say)
      const pairs = work.closeLater(readPairs(folder))
      const name = 'static-bi-encoder'
      const recipe = takeFromLog(given, { name, facts: readLogFacts(folder), work })
      const { seeds = [] } = recipe
      const vocabulary = learnVocabulary(
        pairs.documents,
        learnedTexts(pairs),
        recipe.vocabulary,
        pairs.analyzer,
      )
      const encoder = createPairEncoder(vocabulary.tokenizer, vocabulary.encoding, STAGE_MEMORY)
      const sides = createSides(vocabulary)
      const rarity = rarityOf(pairs, sides)
      const documentIds = createReader(pairs, sides)
      const train = (seed: number, name: string) =>
        trainTable({ recipe: { ...recipe, seed }, pairs, work, name, sides, rarity, documentIds })
      const { channel, scale, history } = await train(recipe.seed, name)
      const encode = ({ query, document }: Item) => encoder.encode(query, document)
      const terms = (items: readonly Item[]) => ({ overlap: items.map((item) => encode(item).overlap) })
      const shared = { pairs, lexicalWeight: recipe.lexicalWeight, terms }
      const scoreBy = (channel: StaticBiEncoder) => {
        const score = createStaticScore(channel)
        return (items: readonly Item[]) => Float64Array.from(items, (item) => score(encode(item)))
      }
      const scores = await scoreSplits({ name, pairs, work, score: scoreBy(channel) })
      const ranked = leaveScores(work, scores, {
        ...{ ...shared, name, seeds },
        row: 'static_bi_encoder',
        role: 'baseline',
        what: 'a static bi-encoder: mean token embeddings, a softmax over documents by grade',
      })
      writeChannel(work.folder, channel, vocabulary)
      if (pseudo !== undefined) {
        const cut = readPseudoQueries(pseudo).map(({ text }) => text)
        writeVectors(work.folder, channelVectors(channel, sides, { pairs, cut, scale }))
      }
      const spread = await trainSeeds('static-bi-encoder', seeds, async (seed, name, runs) => {
        const { channel } = await train(seed, name)
        const folder = join(work.folder, runs)
        return rankSplits({ ...shared, name, work, folder, score: scoreBy(channel) })
      })
      return { steps: history.length, loss: history.at(-1)?.loss, ...ranked, ...spread }
    },
  })
}

interface TrainingRun {
  readonly recipe: Derived<StaticBiEncoderRecipe>
  readonly pairs: Pairs
  readonly work: Work
  /** name of the checkpoints and of the progress */
  readonly name: string
  readonly sides: Sides
  readonly rarity: Float32Array
  documentIds(number: number): readonly number[]
}

/** Trains from the recipe's seed: the table of token embeddings, as a channel. */
async function trainTable({ recipe, pairs, work, name, sides, rarity, documentIds }: TrainingRun) {
  const network = createStaticNetwork(rarity, recipe.features, recipe.seed)
  const batches = createCorpusBatches(pairs, { ...recipe, ...recipe.objective })
  const training = { ...recipe.training, steps: Math.ceil(batches.length / recipe.batch) * recipe.epochs }
  let last: { readonly of: Int32Array; readonly bags: Bags } | undefined
  // if there are few documents, every step uses all of them
  const bagsOf = (documents: Int32Array) => {
    if (last?.of !== documents) last = { of: documents, bags: packBags(Array.from(documents, documentIds)) }
    return last.bags
  }
  const { history } = await fit({
    ...trainingOptions({ seed: recipe.seed, training }, work, name),
    weights: network.weights,
    batch(step, random) {
      const { queries, documents, wanted } = batches.draw(step, random)
      const hide = (ids: readonly number[]) => ids.filter(() => random.uniform() >= recipe.wordDropout)
      return {
        queries: packBags(queries.map((text) => hide(sides.query(text)))),
        documents: bagsOf(documents),
        wanted,
      }
    },
    loss: ({ queries, documents, wanted }) => softmaxLoss(network.score(queries, documents), wanted),
  })
  const table = network.weights.get(STATIC_TABLE)!.dataSync<'float32'>().slice()
  const scale = Math.exp(network.weights.get('scale')!.dataSync()[0]!)
  network.dispose()
  for (const id of sides.special) table.fill(0, id * recipe.features, (id + 1) * recipe.features)
  const channel: StaticBiEncoder = { features: recipe.features, types: sides.types, table }
  return { channel, scale, history }
}

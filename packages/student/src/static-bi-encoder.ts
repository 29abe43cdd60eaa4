// A static bi-encoder on the student's own tokens: a cheap model that knows the whole corpus. It is one of the teachers (`scores/`) and a
// row of the report. It has no parameters of a single document, so a student can add it to its network
// (wide.safetensors).
// Run: npx turbo run static-bi-encoder
import { join } from 'node:path'
import { learnedTexts, type Pairs, readPairs, readPseudoQueries } from '@disranker/dataset'
import { ensureBackend } from '@disranker/engine'
import {
  createCorpusBatches,
  type Derived,
  deriveRecipe,
  gatherFacts,
  type Item,
  lexicalWeight,
  rankScored,
  rankSplits,
  scoreSplits,
  trainSeeds,
  writeRanked,
  writeScores,
  writeVectors,
} from '@disranker/ranking'
import { type Manifest, runStage, schemaOf, type Work } from '@disranker/stage'
import { createPairEncoder, learnVocabulary, STAGE_MEMORY } from '@disranker/tokenizer'
import { fit, recipeParts, type Training, trainingOptions } from '@disranker/training'
import { createStaticScore, STATIC_TABLE, type StaticBiEncoder } from '@disranker/transformer'
import * as tf from '@tensorflow/tfjs'
import { z } from 'zod'
import { createStaticNetwork, packRows } from './static-network.ts'
import {
  channelVectors,
  createReader,
  createSides,
  rarityOf,
  type Sides,
  writeChannel,
} from './text-sides.ts'

export interface StaticBiEncoderRecipe {
  readonly seed: number
  /** more seeds to train the same recipe from, for the spread in the report; the first one's table is the result */
  readonly seeds?: readonly number[]
  /** the student's, so that it can carry the table; lengths may be longer, a token costs next to nothing here */
  readonly vocabulary: z.output<typeof recipeParts.vocabulary>
  /** features of a token's row */
  readonly features: number
  /** the gain of a document of each grade; `'auto'`: 2^grade - 1 up to the log's highest */
  readonly objective: { readonly gains: 'auto' | readonly number[] }
  /** times through the train and weak queries */
  readonly epochs: number
  /** queries a step */
  readonly batch: number
  /** most documents in the softmax of a step */
  readonly documents: number
  /** share of the query's tokens that are hidden in training */
  readonly wordDropout: number
  /** times a train query comes for each time a weak one does */
  readonly trainTimes: number
  /** weight of the lexical overlap in the row of the report: searched on validation, or a number */
  readonly lexicalWeight: 'search' | number
  readonly training: Omit<Training, 'steps'>
}

export const staticBiEncoderSchema = schemaOf<StaticBiEncoderRecipe>()(
  z.strictObject({
    seed: z.int(),
    seeds: z.array(z.int()).readonly().exactOptional(),
    vocabulary: recipeParts.vocabulary,
    features: recipeParts.count,
    objective: z.strictObject({ gains: recipeParts.derivedGains }),
    epochs: recipeParts.count,
    batch: recipeParts.count,
    documents: z.int().min(2),
    wordDropout: recipeParts.share.lt(1),
    trainTimes: recipeParts.count,
    lexicalWeight,
    training: recipeParts.stepless,
  }),
)

export interface StaticBiEncoderOptions {
  readonly pairs: string
  /** folder of the pseudo-queries stage; without it no vectors are left */
  readonly pseudo?: string
  readonly out: string
  readonly recipe: StaticBiEncoderRecipe
  readonly signal?: AbortSignal
}

/** Trains the static bi-encoder. Leaves its files, `vectors/`, `scores/`, `runs/` and `ranked.json`. */
export function staticBiEncoder({
  pairs: folder,
  pseudo,
  out,
  recipe: given,
  signal,
}: StaticBiEncoderOptions): Promise<Manifest> {
  return runStage({
    source: import.meta.url,
    name: 'static-bi-encoder',
    out,
    inputs: { pairs: folder, ...(pseudo !== undefined && { pseudo }) },
    recipe: given,
    signal,
    async run(work) {
      await ensureBackend(work.progress.say)
      const pairs = readPairs(folder)
      const recipe = deriveRecipe(
        given,
        gatherFacts(pairs),
        { over: 'trainQueries', times: given.epochs, perStep: given.batch, least: 1 },
        (line) => work.progress.say(`static-bi-encoder: ${line}`),
      )
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
      const { channel, scale, history } = await train(recipe.seed, 'static-bi-encoder')
      const encode = ({ query, document }: Item) => encoder.encode(query, document)
      const terms = (items: readonly Item[]) => ({ overlap: items.map((item) => encode(item).overlap) })
      const shared = { pairs, lexicalWeight: recipe.lexicalWeight, terms }
      const scoreBy = (channel: StaticBiEncoder) => {
        const score = createStaticScore(channel)
        return (items: readonly Item[]) => Float64Array.from(items, (item) => score(encode(item)))
      }
      const scores = await scoreSplits({ name: 'static-bi-encoder', pairs, work, score: scoreBy(channel) })
      writeScores(work.folder, scores, 'static-bi-encoder')
      const ranked = rankScored({
        ...shared,
        name: 'static-bi-encoder',
        folder: join(work.folder, 'runs'),
        logits: scores,
      })
      writeRanked(work.folder, {
        row: 'static_bi_encoder',
        role: 'baseline',
        what: 'a static bi-encoder: mean token embeddings, a softmax over documents by grade',
        lexicalWeight: ranked.lexicalWeight,
        seeds,
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
      return {
        steps: history.length,
        loss: history.at(-1)?.loss,
        ...ranked,
        ...spread,
      }
    },
  })
}

interface TrainingRun {
  readonly recipe: Derived<StaticBiEncoderRecipe>
  readonly pairs: Pairs
  readonly work: Work
  /** of the checkpoints and of the progress */
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
  const { history } = await fit({
    ...trainingOptions({ seed: recipe.seed, training }, work, name),
    weights: network.weights,
    batch(step, random) {
      const { queries, documents, wanted } = batches.draw(step, random)
      const hide = (ids: readonly number[]) => ids.filter(() => random.uniform() >= recipe.wordDropout)
      return {
        queries: packRows(queries.map((text) => hide(sides.query(text)))),
        documents: packRows(Array.from(documents, documentIds)),
        wanted,
      }
    },
    loss({ queries, documents, wanted }) {
      const logits = tf.logSoftmax(network.score(queries, documents))
      const right = tf.mul(tf.tensor2d(wanted, [queries.rows, documents.rows]), logits)
      return tf.neg(tf.div(tf.sum(right), queries.rows)) as tf.Scalar
    },
  })
  const table = network.weights.get(STATIC_TABLE)!.dataSync<'float32'>().slice()
  const scale = Math.exp(network.weights.get('scale')!.dataSync()[0]!)
  network.dispose()
  for (const id of sides.special) table.fill(0, id * recipe.features, (id + 1) * recipe.features)
  const channel: StaticBiEncoder = { features: recipe.features, types: sides.types, table }
  return { channel, scale, history }
}

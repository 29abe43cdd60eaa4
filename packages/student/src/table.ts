// The static bi-encoder that is served, distilled: what teachers with vectors (a frozen encoder, heads on it) make of queries of
// the log and of queries cut from documents, put into one row for each of the student's tokens. It costs the edge what the
// static-bi-encoder's table costs, and with pseudo-queries it needs no label.
// Run: npx turbo run table
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { learnedTexts, type Pairs, readPairs } from '@disranker/dataset'
import { type Bags, ensureBackend, packBags } from '@disranker/engine'
import {
  type Derived,
  deriveRecipe,
  gatherFacts,
  type Item,
  lexicalWeight,
  rankSplits,
  writeRanked,
} from '@disranker/ranking'
import { type Manifest, runStage, schemaOf, type Work } from '@disranker/stage'
import { createPairEncoder, learnVocabulary, STAGE_MEMORY } from '@disranker/tokenizer'
import { fit, recipeParts, type Training, trainingOptions } from '@disranker/training'
import { createStaticScore, type StaticBiEncoder } from '@disranker/transformer'
import * as tf from '@tensorflow/tfjs'
import { z } from 'zod'
import { createTableNetwork } from './table-network.ts'
import { createTableSteps } from './table-steps.ts'
import { createReader, createSides, rarityOf, type Sides, writeChannel } from './text-sides.ts'
import {
  isFewJudged,
  readVectorQueries,
  teacherFolders,
  type VectorQueries,
  type VectorTeachers,
  vectorTeachers,
} from './vector-queries.ts'

export interface TableTargets {
  readonly teachers: VectorTeachers
  /** share of the grades in what is wanted of a graded query; the rest is the teachers' */
  readonly gradesShare: number
  /** share of the queries that were cut from documents; the others are the log's */
  readonly pseudoShare: number
}

const targets = z.strictObject({
  teachers: vectorTeachers,
  gradesShare: recipeParts.share,
  pseudoShare: recipeParts.share,
})

export interface TableRecipe {
  readonly seed: number
  /** by whether the log has few judged train queries, which are then spent better on the weights of the sum */
  readonly targets: { readonly few: TableTargets; readonly many: TableTargets }
  /** the student's, so that it can carry the table; lengths may be longer, a token costs next to nothing here */
  readonly vocabulary: z.output<typeof recipeParts.vocabulary>
  /** features of a token's row */
  readonly features: number
  /** the gain of a document of each grade; `'auto'`: 2^grade - 1 up to the log's highest */
  readonly objective: {
    readonly gains: z.output<typeof recipeParts.derivedGains>
  }
  /** queries a step */
  readonly batch: number
  /** most documents in the softmax of a step */
  readonly documents: number
  /** documents that the teachers rank first for a query; they are always included */
  readonly nearest: number
  /** share of the query's tokens that are hidden in training */
  readonly wordDropout: number
  /** weight of the lexical overlap in the row of the report: searched, or a number */
  readonly lexicalWeight: 'search' | number
  readonly training: Training
}

export const tableSchema = schemaOf<TableRecipe>()(
  z.strictObject({
    seed: z.int(),
    targets: z.strictObject({ few: targets, many: targets }),
    vocabulary: recipeParts.vocabulary,
    features: recipeParts.count,
    objective: z.strictObject({ gains: recipeParts.derivedGains }),
    batch: recipeParts.count,
    documents: z.int().min(2),
    nearest: recipeParts.count,
    wordDropout: recipeParts.share.lt(1),
    lexicalWeight,
    training: recipeParts.training,
  }),
)

export interface TableOptions {
  readonly pairs: string
  /** folder of the pseudo-queries stage */
  readonly pseudo: string
  /** folder of the static-bi-encoder stage, whose table is taken as it is where no teacher has vectors */
  readonly staticBiEncoder: string
  /** folders of the stages that the recipe may name, by name */
  readonly stages: Readonly<Record<string, string>>
  readonly out: string
  readonly recipe: TableRecipe
  readonly signal?: AbortSignal
}

/** Distils. Leaves the channel's files, `runs/` and `ranked.json`. */
export function table({
  pairs: folder,
  pseudo,
  staticBiEncoder,
  stages,
  out,
  recipe: given,
  signal,
}: TableOptions): Promise<Manifest> {
  const { few, many } = given.targets
  const folders = teacherFolders([...few.teachers, ...many.teachers], stages, 'recipes/table.ts')
  return runStage({
    source: import.meta.url,
    name: 'table',
    out,
    inputs: {
      pairs: folder,
      pseudo,
      staticBiEncoder,
      ...folders,
    },
    recipe: given,
    signal,
    async run(work) {
      const pairs = readPairs(folder)
      const chosen = isFewJudged(pairs) ? few : many
      const vectors = readVectorQueries(chosen.teachers, folders, pairs, pseudo)
      if (vectors === undefined) {
        for (const file of ['wide.safetensors', 'tokenizer.json', 'config.json'])
          cpSync(join(staticBiEncoder, file), join(work.folder, file))
        const taken = `the static bi-encoder's own: none of ${chosen.teachers.map(({ vectors }) => vectors).join(', ')} left vectors`
        work.progress.say(`table: ${taken}`)
        return { taken }
      }
      await ensureBackend(work.progress.say)
      const recipe = deriveRecipe(
        given,
        gatherFacts(pairs),
        { over: 'trainQueries', times: 1, perStep: given.batch, least: 1 },
        (line) => work.progress.say(`table: ${line}`),
      )
      const vocabulary = learnVocabulary(
        pairs.documents,
        learnedTexts(pairs),
        recipe.vocabulary,
        pairs.analyzer,
      )
      const sides = createSides(vocabulary)
      const { channel, loss } = await distilTable({
        recipe,
        chosen,
        pairs,
        work,
        vectors,
        sides,
      })
      const encoder = createPairEncoder(vocabulary.tokenizer, vocabulary.encoding, STAGE_MEMORY)
      const encode = ({ query, document }: Item) => encoder.encode(query, document)
      const score = createStaticScore(channel)
      const learned = vectors.learned || chosen.gradesShare > 0
      const ranked = await rankSplits({
        name: 'table',
        pairs,
        work,
        unlearned: !learned,
        folder: join(work.folder, 'runs'),
        score: (items) => Float64Array.from(items, (item) => score(encode(item))),
        lexicalWeight: recipe.lexicalWeight,
        terms: (items) => ({ overlap: items.map((item) => encode(item).overlap) }),
      })
      writeRanked(work.folder, {
        row: 'table',
        role: 'baseline',
        what: `a row for each token, distilled from ${vectors.names.join(' and ')}`,
        lexicalWeight: ranked.lexicalWeight,
      })
      writeChannel(work.folder, channel, vocabulary)
      return { learned, steps: recipe.training.steps, loss, ...ranked }
    },
  })
}

interface Batch {
  readonly queries: Bags
  readonly documents: Bags
  /** [queries * documents] */
  readonly wanted: Float32Array
}

interface TableTraining {
  readonly recipe: Derived<TableRecipe>
  readonly chosen: TableTargets
  readonly pairs: Pairs
  readonly work: Work
  readonly vectors: VectorQueries
  readonly sides: Sides
}

async function distilTable({ recipe, chosen, pairs, work, vectors, sides }: TableTraining) {
  const { seed, features, wordDropout } = recipe
  const network = createTableNetwork(rarityOf(pairs, sides), features, seed)
  const draw = createTableSteps(pairs, vectors, {
    ...recipe,
    ...recipe.objective,
    ...chosen,
  })
  const documentIds = createReader(pairs, sides)
  let last: { readonly of: Int32Array; readonly bags: Bags } | undefined
  // few documents are all of them in every step
  const bagsOf = (documents: Int32Array) => {
    if (last?.of !== documents)
      last = {
        of: documents,
        bags: packBags(Array.from(documents, documentIds)),
      }
    return last.bags
  }
  const { history } = await fit<Batch>({
    ...trainingOptions(recipe, work, 'table'),
    weights: network.weights,
    batch(_, random) {
      const { queries, documents, wanted } = draw(random)
      const hide = (ids: readonly number[]) => ids.filter(() => random.uniform() >= wordDropout)
      return {
        queries: packBags(queries.map((text) => hide(sides.query(text)))),
        documents: bagsOf(documents),
        wanted,
      }
    },
    loss({ queries, documents, wanted }) {
      const rows = queries.starts.length - 1
      const logits = tf.logSoftmax(network.score(queries, documents))
      const right = tf.mul(tf.tensor2d(wanted, [rows, documents.starts.length - 1]), logits)
      return tf.neg(tf.div(tf.sum(right), rows)) as tf.Scalar
    },
  })
  const table = network.table()
  network.dispose()
  for (const id of sides.special) table.fill(0, id * features, (id + 1) * features)
  const channel: StaticBiEncoder = { features, types: sides.types, table }
  return { channel, loss: history.at(-1)?.loss }
}

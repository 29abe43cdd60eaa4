// Distils the static bi-encoder that is served: the vectors that teachers (a frozen encoder, heads on it)
// give queries of the log and queries cut from documents are distilled into one row for each of the student's
// tokens. It costs the edge as much as the static-bi-encoder's table, and with pseudo-queries it needs no
// label.
// Run: npx turbo run table
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { learnedTexts, type Pairs, readLogFacts, readPairs } from '@disranker/dataset'
import { type Bags, ensureBackend, packBags } from '@disranker/engine'
import {
  type Derived,
  hasVectors,
  type Item,
  lexicalWeight,
  rankSplits,
  takeFromLog,
  writeRanked,
} from '@disranker/ranking'
import { type Manifest, runStage, type StageOptions, type Work } from '@disranker/stage'
import { createPairEncoder, learnVocabulary, STAGE_MEMORY } from '@disranker/tokenizer'
import { fit, recipeParts, softmaxLoss, trainingOptions } from '@disranker/training'
import { createStaticScore, type StaticBiEncoder } from '@disranker/transformer'
import { z } from 'zod'
import {
  isFewJudgedIn,
  ownQueries,
  readVectorQueries,
  teacherFolders,
  teachersRead,
  type VectorQueries,
  vectorTeachers,
} from './queries/vector-queries.ts'
import { createTableNetwork } from './table/table-network.ts'
import { fitStart, type TaughtTexts } from './table/table-start.ts'
import { createTableSteps } from './table/table-steps.ts'
import { createReader, createSides, rarityOf, type Sides, writeChannel } from './table/text-sides.ts'

const targets = z.strictObject({
  /** without vectors of the first one there is no encoder */
  teachers: vectorTeachers,
  /** share of the grades in the target of a graded query; the rest is the teachers' */
  gradesShare: recipeParts.share,
  /** share of the queries that were cut from documents; the others are the log's */
  pseudoShare: recipeParts.share,
})
/** replaces the `steps` of `training` */
const fromScratch = targets.extend({ steps: recipeParts.count })
type TableTargets = Readonly<z.output<typeof targets>>

export const tableSchema = z.strictObject({
  seed: z.int(),
  /**
   * one each for few and for many judged train queries (few are better used for the weights of the sum); and
   * the teachers without an encoder, without which the static bi-encoder's table is used unchanged
   */
  targets: z.strictObject({ few: targets, many: targets, fromScratch: fromScratch.exactOptional() }),
  /**
   * the student's vocabulary, so that the student can use the table; lengths may be longer, because a token
   * costs little here
   */
  vocabulary: recipeParts.vocabulary,
  /** features of a token's row, at most those of all teachers' vectors together */
  features: recipeParts.count,
  objective: z.strictObject({ gains: recipeParts.derivedGains }),
  /** queries a step */
  batch: recipeParts.count,
  /** maximal number of documents in the softmax of a step */
  documents: z.int().min(2),
  /** documents that the teachers rank first for a query; they are always included */
  nearest: recipeParts.count,
  /** share of the query's tokens that are hidden in training */
  wordDropout: recipeParts.share.lt(1),
  /** of the row of the report */
  lexicalWeight,
  training: recipeParts.training,
})
export type TableRecipe = Readonly<z.output<typeof tableSchema>>

export interface TableOptions extends StageOptions<TableRecipe> {
  readonly pairs: string
  /** folder of the pseudo-queries stage */
  readonly pseudo: string
  /** folder of the static-bi-encoder stage, whose table is used unchanged if there is nothing to distil from */
  readonly staticBiEncoder: string
  /** folders of the stages that the recipe may name, by name */
  readonly stages: Readonly<Record<string, string>>
}

/** Distils. Writes the channel's files, `runs/` and `ranked.json`. */
export function table(options: TableOptions): Promise<Manifest> {
  const { pairs: folder, pseudo, staticBiEncoder, stages, recipe: given } = options
  const few = isFewJudgedIn(folder)
  const { targets } = given
  const withEncoder = few ? targets.few : targets.many
  const folders = teacherFolders(
    Object.values(targets).flatMap(({ teachers }) => teachers),
    stages,
    'recipes/table.ts',
  )
  const first = withEncoder.teachers[0]!.vectors
  const encoder = hasVectors(folders[first]!)
  const chosen = encoder ? withEncoder : targets.fromScratch
  const read = teachersRead(targets, { few, encoder })
  return runStage({
    ...options,
    source: import.meta.url,
    name: 'table',
    inputs: {
      ...{ pairs: folder, pseudo, staticBiEncoder },
      ...Object.fromEntries(read.map((name) => [name, folders[name]!])),
    },
    async run(work) {
      const pairs = work.closeLater(readPairs(folder))
      const vectors = chosen && readVectorQueries(chosen.teachers, folders, pairs, pseudo)
      if (chosen === undefined || vectors === undefined) {
        for (const file of ['wide.safetensors', 'tokenizer.json', 'config.json'])
          cpSync(join(staticBiEncoder, file), join(work.folder, file))
        const taken = `the static bi-encoder's own: ${first} left no vectors`
        work.progress.say(`table: ${taken}`)
        return { taken }
      }
      await ensureBackend(work.progress.say)
      const recipe = takeFromLog(given, { name: 'table', facts: readLogFacts(folder), work })
      const vocabulary = learnVocabulary(
        pairs.documents,
        learnedTexts(pairs),
        recipe.vocabulary,
        pairs.analyzer,
      )
      const sides = createSides(vocabulary)
      const { channel, steps, loss } = await distilTable({ recipe, chosen, pairs, work, vectors, sides })
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
      return { learned, steps, loss, ...ranked }
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
  readonly chosen: TableTargets | z.output<typeof fromScratch>
  readonly pairs: Pairs
  readonly work: Work
  readonly vectors: VectorQueries
  readonly sides: Sides
}

async function distilTable({ recipe, chosen, pairs, work, vectors, sides }: TableTraining) {
  const { wordDropout } = recipe
  const { steps } = { ...recipe.training, ...chosen }
  // a teacher whose vectors span fewer directions needs no more features
  const features = Math.min(recipe.features, vectors.teacher.features)
  const documentIds = createReader(pairs, sides)
  const rarity = rarityOf(pairs, sides)
  const kinds = taughtTexts({ chosen, pairs, vectors, sides }, documentIds)
  const network = createTableNetwork(rarity, fitStart(kinds, vectors.teacher.features, rarity, features))
  const draw = createTableSteps(pairs, vectors, { ...recipe, ...recipe.objective, ...chosen })
  let last: { readonly of: Int32Array; readonly bags: Bags } | undefined
  // if there are few documents, every step uses all of them
  const bagsOf = (documents: Int32Array) => {
    if (last?.of !== documents) last = { of: documents, bags: packBags(Array.from(documents, documentIds)) }
    return last.bags
  }
  const { history } = await fit<Batch>({
    ...trainingOptions({ ...recipe, training: { ...recipe.training, steps } }, work, 'table'),
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
    loss: ({ queries, documents, wanted }) => softmaxLoss(network.score(queries, documents), wanted),
  })
  const table = network.table()
  network.dispose()
  for (const id of sides.special) table.fill(0, id * features, (id + 1) * features)
  const channel: StaticBiEncoder = { features, types: sides.types, table }
  return { channel, steps, loss: history.at(-1)?.loss }
}

/** number of texts of a kind for the fit of the start; training reads all of them */
const MOST_FITTED = 20_000

/**
 * The texts for the fit of the start: documents and queries that training draws from, sampled at even
 * distances.
 */
function taughtTexts(
  { chosen, pairs, vectors, sides }: Pick<TableTraining, 'chosen' | 'pairs' | 'vectors' | 'sides'>,
  documentIds: (number: number) => readonly number[],
): TaughtTexts[] {
  const { features: width, documents, queries, pseudo } = vectors.teacher
  const take = (
    numbers: readonly number[],
    matrix: Float32Array,
    idsOf: (number: number) => readonly number[],
  ) => {
    const step = Math.max(1, numbers.length / MOST_FITTED)
    const count = Math.min(numbers.length, MOST_FITTED)
    const taken = Array.from({ length: count }, (_, at) => numbers[Math.floor(at * step)]!)
    const rows = new Float32Array(taken.length * width)
    for (const [row, number] of taken.entries())
      rows.set(matrix.subarray(number * width, (number + 1) * width), row * width)
    return { ids: taken.map(idsOf), vectors: rows }
  }
  const own = chosen.pseudoShare < 1 ? ownQueries(pairs, vectors.teacher) : []
  return [
    take(
      Array.from({ length: pairs.documents.length }, (_, number) => number),
      documents,
      documentIds,
    ),
    take([...vectors.cut.keys()], pseudo, (number) => sides.query(vectors.cut[number]!.text)),
    take(own, queries, (number) => sides.query(pairs.queries.at(number).text)),
  ].filter(({ ids }) => ids.length > 0)
}

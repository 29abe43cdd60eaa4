// The wide channel that is served, distilled: what teachers with vectors (a frozen encoder, heads on it, towers) make of queries of
// the log and of queries cut from documents, put into one row for each of the student's tokens. It costs the edge what the
// towers' table costs, and with pseudo-queries it needs no label.
// Run: npx turbo run table
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { learnedTexts, type Pairs, readPairs, readPseudoQueries } from '@disranker/dataset'
import { type Bags, ensureBackend, packBags } from '@disranker/engine'
import {
  type Derived,
  deriveRecipe,
  gatherFacts,
  hasVectors,
  type Item,
  joinVectors,
  lexicalWeight,
  rankScored,
  readVectors,
  scoreSplits,
  type Vectors,
  writeRanked,
  writeScores,
} from '@disranker/ranking'
import { InputError, type Manifest, runStage, schemaOf, type Work } from '@disranker/stage'
import { createPairEncoder, learnVocabulary, STAGE_MEMORY } from '@disranker/tokenizer'
import { fit, recipeParts, type Training, trainingOptions } from '@disranker/training'
import { createWideScore, type WideChannel } from '@disranker/transformer'
import * as tf from '@tensorflow/tfjs'
import { z } from 'zod'
import { createTableLessons } from './table-lessons.ts'
import { createTableNetwork } from './table-network.ts'
import { createReader, createSides, rarityOf, type Sides, writeChannel } from './text-sides.ts'

export interface TableRecipe {
  readonly seed: number
  /** stages that leave vectors, and how much each counts; those that were left out are gone on without */
  readonly teachers: readonly { readonly vectors: string; readonly weight: number }[]
  /** the student's, so that it can carry the table; lengths may be longer, a token costs next to nothing here */
  readonly vocabulary: z.output<typeof recipeParts.vocabulary>
  /** features of a token's row */
  readonly features: number
  /** what a document of each grade is worth; `'auto'`: 2^grade - 1 up to the log's highest */
  readonly objective: {
    readonly gains: z.output<typeof recipeParts.derivedGains>
    /** share of the grades in what is wanted of a graded query; the rest is the teachers' */
    readonly gradesShare: number
  }
  /** queries a step */
  readonly batch: number
  /** share of them that were cut from documents */
  readonly pseudoShare: number
  /** documents a step that a query is told apart from, at most */
  readonly documents: number
  /** documents that the teachers put first for a query, always among them */
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
    teachers: z
      .array(z.strictObject({ vectors: z.string().min(1), weight: z.number().positive() }))
      .min(1)
      .readonly(),
    vocabulary: recipeParts.vocabulary,
    features: recipeParts.count,
    objective: z.strictObject({ gains: recipeParts.derivedGains, gradesShare: recipeParts.share }),
    batch: recipeParts.count,
    pseudoShare: recipeParts.share,
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
  /** folder of the towers stage, whose table is taken as it is where no teacher has vectors */
  readonly towers: string
  /** folders of the stages that the recipe may name, by name */
  readonly stages: Readonly<Record<string, string>>
  readonly out: string
  readonly recipe: TableRecipe
  readonly signal?: AbortSignal
}

/** Distils. Leaves the channel's files, `scores/`, `runs/` and `ranked.json`. */
export function table({
  pairs: folder,
  pseudo,
  towers,
  stages,
  out,
  recipe: given,
  signal,
}: TableOptions): Promise<Manifest> {
  const used = usedTeachers(given, stages)
  return runStage({
    source: import.meta.url,
    name: 'table',
    out,
    inputs: {
      pairs: folder,
      pseudo,
      towers,
      ...Object.fromEntries(used.map(({ vectors, folder }) => [vectors, folder])),
    },
    recipe: given,
    signal,
    async run(work) {
      const there = used.filter(({ folder }) => hasVectors(folder))
      if (there.length === 0) {
        for (const file of ['wide.safetensors', 'tokenizer.json', 'config.json'])
          cpSync(join(towers, file), join(work.folder, file))
        const taken = `the towers' own: none of ${given.teachers.map(({ vectors }) => vectors).join(', ')} left vectors`
        work.progress.say(`table: ${taken}`)
        return { taken }
      }
      await ensureBackend(work.progress.say)
      const pairs = readPairs(folder)
      const recipe = deriveRecipe(
        given,
        gatherFacts(pairs),
        { over: 'trainQueries', times: 1, perStep: given.batch, least: 1 },
        (line) => work.progress.say(`table: ${line}`),
      )
      const cut = readPseudoQueries(pseudo).map(({ text }) => text)
      const counts = { documents: pairs.documents.length, queries: pairs.queries.length, pseudo: cut.length }
      const teacher = joinVectors(
        there.map(({ folder }) => readVectors(folder, counts)),
        there.map(({ weight }) => weight),
      )
      const vocabulary = learnVocabulary(pairs.documents, learnedTexts(pairs), recipe.vocabulary)
      const sides = createSides(vocabulary)
      const { channel, loss } = await distilTable({ recipe, pairs, work, teacher, cut, sides })
      const encoder = createPairEncoder(vocabulary.tokenizer, vocabulary.encoding, STAGE_MEMORY)
      const encode = ({ query, document }: Item) => encoder.encode(query, document)
      const score = createWideScore(channel)
      const logits = await scoreSplits({
        name: 'table',
        pairs,
        work,
        score: (items) => Float64Array.from(items, (item) => score(encode(item))),
      })
      writeScores(work.folder, logits, 'table')
      const ranked = rankScored({
        name: 'table',
        pairs,
        folder: join(work.folder, 'runs'),
        logits,
        lexicalWeight: recipe.lexicalWeight,
        overlap: (items) => Float64Array.from(items, (item) => encode(item).overlap),
      })
      writeRanked(work.folder, {
        row: 'table',
        role: 'baseline',
        what: `a row for each token, distilled from ${there.map(({ vectors }) => vectors).join(' and ')}`,
        lexicalWeight: ranked.lexicalWeight,
      })
      writeChannel(work.folder, channel, vocabulary)
      return { steps: recipe.training.steps, loss, ...ranked }
    },
  })
}

/** @throws {InputError} when the recipe names a stage that is not before this one */
function usedTeachers({ teachers }: TableRecipe, stages: TableOptions['stages']) {
  return teachers.map(({ vectors, weight }) => {
    const folder = stages[vectors]
    if (folder !== undefined) return { vectors, weight, folder }
    throw new InputError(
      `recipes/table.ts names the stage ${vectors}, which leaves no vectors. Wanted: one of ${Object.keys(stages).join(', ')}.`,
    )
  })
}

interface Batch {
  readonly queries: Bags
  readonly documents: Bags
  /** [queries * documents] */
  readonly wanted: Float32Array
}

interface Lesson {
  readonly recipe: Derived<TableRecipe>
  readonly pairs: Pairs
  readonly work: Work
  readonly teacher: Vectors
  readonly cut: readonly string[]
  readonly sides: Sides
}

async function distilTable({ recipe, pairs, work, teacher, cut, sides }: Lesson) {
  const { seed, features, wordDropout } = recipe
  const network = createTableNetwork(rarityOf(pairs, sides), features, seed)
  const draw = createTableLessons(pairs, teacher, cut, { ...recipe, ...recipe.objective })
  const documentIds = createReader(pairs, sides)
  const { history } = await fit<Batch>({
    ...trainingOptions(recipe, work, 'table'),
    weights: network.weights,
    batch(_, random) {
      const { queries, documents, wanted } = draw(random)
      const hide = (ids: readonly number[]) => ids.filter(() => random.uniform() >= wordDropout)
      return {
        queries: packBags(queries.map((text) => hide(sides.query(text)))),
        documents: packBags(Array.from(documents, documentIds)),
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
  const channel: WideChannel = { features, types: sides.types, table }
  return { channel, loss: history.at(-1)?.loss }
}

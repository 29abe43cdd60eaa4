// Makes the served form of the bundle if it is not the student alone. `form: 'vectors'`: a sentence encoder
// is added to the bundle, so that documents with vectors are ranked by encoding one text for each request
// instead of fifty; it must rank like its float32 form, otherwise it is not made. `milliseconds`: the best
// form that fits. If there is nothing to do, the stage does no work and the student is served alone.
// Run: npx turbo run vectors
import { join } from 'node:path'
import { type Pairs, readPairs } from '@disranker/dataset'
import { NETWORK_ONLY, writeRanked, writeSplits } from '@disranker/ranking'
import type { Bundle } from '@disranker/reranker'
import {
  findManifest,
  InputError,
  leaveOut,
  type Manifest,
  runStage,
  type StageOptions,
  type Work,
} from '@disranker/stage'
import { createPairEncoder, type Encoding, loadTokenizer, STAGE_MEMORY } from '@disranker/tokenizer'
import { createStaticScore } from '@disranker/transformer'
import { z } from 'zod'
import { readBundle, writeBundle } from './bundle.ts'
import { readStudentFolder } from './convert.ts'
import { leaveTable } from './forms/table-form.ts'
import { chooseWithin } from './forms/within-budget.ts'
import { roundedTable } from './graph/rounded-table.ts'
import { compareRuns, type GateRecipe } from './int8/quality-gate.ts'
import { fitRelevance, outcomesOf } from './served/fit-relevance.ts'
import { type MadeForm, makeVectors } from './vectors/make-vectors.ts'

export interface VectorsRecipe extends GateRecipe {
  /**
   * `static`: the student alone; `vectors`: with a sentence encoder for documents whose vectors were
   * published. Or the maximal CPU ms of a request with 50 documents in a Worker: the form that ranks best
   * within it
   */
  readonly edge: { readonly form: 'static' | 'vectors' } | { readonly milliseconds: number }
  /** the source of the vectors: those that heads map, or the published encoder's own */
  readonly vectors: 'heads' | 'features'
  /** number of texts for calibrating the scales */
  readonly calibrationTexts: number
}

export const vectorsSchema: z.ZodType<VectorsRecipe> = z.strictObject({
  edge: z.union([
    z.strictObject({ form: z.enum(['static', 'vectors']) }),
    z.strictObject({ milliseconds: z.number().positive() }),
  ]),
  vectors: z.enum(['heads', 'features']),
  calibrationTexts: z.int().min(1),
  maxLoss: z.number().min(0).max(1),
  minAgreement: z.number().min(-1).max(1).exactOptional(),
})

export interface VectorsOptions extends StageOptions<VectorsRecipe> {
  readonly pairs: string
  /** folder of the pseudo-queries stage */
  readonly pseudo: string
  /** a student folder, and those of its table's stage and its int8 bundle */
  readonly student: string
  readonly table: string
  readonly quantized: string
  /** folders of the stage that used the encoder, and of the one that learned maps */
  readonly features: string
  readonly heads: string
}

/**
 * Writes `bundle/` and its runs, or `leftOut` in its metrics.
 * @throws {InputError} when the encoder cannot be found any more, or is not supported, or no form fits the
 * budget
 */
export function vectors(options: VectorsOptions): Promise<Manifest> {
  const { pairs: folder, pseudo, student, table, quantized, features, heads, recipe } = options
  return runStage({
    ...options,
    source: import.meta.url,
    name: 'vectors',
    inputs: { pairs: folder, pseudo, student, table, quantized, features, heads },
    async run(work) {
      const { edge } = recipe
      const isBudget = 'milliseconds' in edge
      const without = whyNoEncoder(features)
      const reason = whyNot(recipe, quantized) ?? (isBudget ? undefined : without)
      if (reason !== undefined) return leaveOut('vectors', work, reason)
      const pairs = work.closeLater(readPairs(folder))
      const model = readStudentFolder(student)
      const bundle = readBundle(join(quantized, 'bundle'))
      const words = wordsOf(model, { student, table }, isBudget)
      const make = () => makeVectors({ options, pairs, work, student: bundle, words })
      if (!isBudget) {
        const made = await make()
        return made.refused === undefined
          ? leaveVectors(made, bundle, pairs, work)
          : { leftOut: made.refused, ...made.facts }
      }
      const { made: offered, missing } = without === undefined ? await offer(make) : { missing: without }
      if (missing !== undefined) work.progress.say(`vectors: no form with vectors, ${missing}`)
      const { milliseconds } = edge
      const found = await chooseWithin({
        ...{ milliseconds, pairs, work, model, words },
        ...{ student: bundle, vectors: offered },
      })
      const facts = {
        ...{ chosen: found.chosen.name, forms: found.forms, milliseconds },
        ...(missing !== undefined && { withoutVectors: missing }),
      }
      if (found.chosen.name === 'vectors')
        return { ...facts, ...(await leaveVectors(offered!, found.student, pairs, work)) }
      if (found.chosen.name === 'table' && found.table) {
        writeBundle(join(work.folder, 'bundle'), await leaveTable(found.table, pairs, work))
        return facts
      }
      return { leftOut: `${found.why}; it is the bundle of quantize`, ...facts }
    },
  })
}

/** The form if it may be served, otherwise the reason. */
async function offer(
  make: () => Promise<MadeForm>,
): Promise<{ readonly made?: MadeForm; readonly missing?: string }> {
  try {
    const made = await make()
    return made.refused === undefined ? { made } : { missing: made.refused }
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return { missing: error.message }
  }
}

/** The reason why there is nothing to do, if there is one. */
function whyNot({ edge }: VectorsRecipe, quantized: string): string | undefined {
  if ('form' in edge && edge.form === 'static') return 'recipes/vectors.ts chooses the form "static"'
  return findManifest(quantized)?.metrics.leftOut === undefined ? undefined : 'quantize left no bundle'
}

function whyNoEncoder(features: string): string | undefined {
  const without = findManifest(features)?.metrics.leftOut
  return without === undefined ? undefined : `there is no sentence encoder: ${without}`
}

/**
 * A student's reading of words, with its table unless it must not be weighted: scores of a table that learned
 * from grades of train queries are too good on these queries.
 * @param compared forms are compared, so that all are measured on queries that none has learned from
 */
function wordsOf(
  { config, tokenizer, staticBiEncoder }: ReturnType<typeof readStudentFolder>,
  { student, table }: Pick<VectorsOptions, 'student' | 'table'>,
  compared: boolean,
) {
  const { encoding } = config.disranker as { encoding: Encoding }
  const { encode } = createPairEncoder(loadTokenizer(tokenizer), encoding, STAGE_MEMORY)
  const learned = (folder: string) => findManifest(folder)?.metrics.learned !== false
  const unlearned = !learned(table) && !(compared && learned(student))
  const counted = unlearned || compared ? staticBiEncoder : undefined
  const splits = unlearned || !compared ? (['train', 'validation'] as const) : (['validation'] as const)
  const score = counted && createStaticScore({ ...counted, table: roundedTable(counted) })
  return { encode, splits, table: score }
}

/** Writes the bundle and its runs. */
async function leaveVectors(made: MadeForm, student: Bundle, pairs: Pairs, work: Work) {
  const { weights, reference, cosineOnly, facts, bytes } = made
  const runs = { validation: pairs.candidates('validation'), test: pairs.candidates('test') }
  const validation = await made.rank(made.bundle(student), runs.validation)
  const relevance = fitRelevance(outcomesOf(validation, pairs.judgements))
  const metrics = {
    validation_ndcg10_vectors: compareRuns(validation, reference, pairs.judgements).after,
  }
  const bundle = made.bundle(student, relevance, metrics)
  const test = await made.rank(bundle, runs.test)
  writeSplits(join(work.folder, 'runs'), { validation, test }, 'vectors')
  writeSplits(
    join(work.folder, 'runs', NETWORK_ONLY),
    { validation: cosineOnly, test: await made.rank(made.alone, runs.test) },
    'vectors',
  )
  writeRanked(work.folder, {
    row: 'vectors_int8',
    role: 'served',
    what: 'vectors of documents, the query encoded, both in int8: what is served where every document has a vector',
    lexicalWeight: weights.lexical,
    staticWeight: weights.wide,
  })
  writeBundle(join(work.folder, 'bundle'), bundle)
  return { ...metrics, ...facts, bytes, relevance }
}

// A sentence encoder joins the served bundle, so that documents with vectors are ranked by one text a request, not by fifty. It must
// rank as its float32 does: validation is served from int8, and what ranks otherwise is not made. The stage then leaves its work out
// and the student is served alone.
// Run: npx turbo run vectors
import { join } from 'node:path'
import { findCheckpoint, readEncoderCheckpoint } from '@disranker/checkpoint'
import { byScore, type Document, type Pairs, type Run, readPairs } from '@disranker/dataset'
import { type EncoderNote, NETWORK_ONLY, readEncoderNote, writeRanked, writeSplits } from '@disranker/ranking'
import { type Bundle, type DocumentVector, loadReranker, type Reranker } from '@disranker/reranker'
import { findManifest, InputError, type Manifest, runStage, type StageOptions } from '@disranker/stage'
import { createPairEncoder, type Encoding, loadTokenizer, STAGE_MEMORY } from '@disranker/tokenizer'
import { createStaticScore } from '@disranker/transformer'
import { z } from 'zod'
import { readBundle, writeBundle } from './bundle.ts'
import type { CalibrationText } from './calibrate.ts'
import { readStudentFolder } from './convert.ts'
import { embedDocuments } from './embed-documents.ts'
import { fitRelevance, outcomesOf, UNFITTED } from './fit-relevance.ts'
import { floatVectors } from './float-vectors.ts'
import { compareRuns, type GateRecipe, refusal } from './quality-gate.ts'
import { roundedTable } from './rounded-table.ts'
import { vectorEncoder, withVectors } from './vector-bundle.ts'
import { vectorWeights } from './vector-weights.ts'

export interface VectorsRecipe extends GateRecipe {
  /** `static`: the student alone; `vectors`: with a sentence encoder for documents whose vectors were published */
  readonly edge: { readonly form: 'static' | 'vectors' }
  /** whose vectors: those that heads map, or the published encoder's own */
  readonly vectors: 'heads' | 'features'
  /** texts whose activations decide the scales */
  readonly calibrationTexts: number
}

export const vectorsSchema: z.ZodType<VectorsRecipe> = z.strictObject({
  edge: z.strictObject({ form: z.enum(['static', 'vectors']) }),
  vectors: z.enum(['heads', 'features']),
  calibrationTexts: z.int().min(1),
  maxLoss: z.number().min(0).max(1),
  minAgreement: z.number().min(-1).max(1).exactOptional(),
})

export interface VectorsOptions extends StageOptions<VectorsRecipe> {
  readonly pairs: string
  /** folder of the pseudo-queries stage */
  readonly pseudo: string
  /** a student folder, its table's stage and its int8 bundle's */
  readonly student: string
  readonly table: string
  readonly quantized: string
  /** folders of the stages that read with the encoder, and that learned maps */
  readonly features: string
  readonly heads: string
}

/**
 * Leaves `bundle/` and the runs it ranks where every document has a vector, or `leftOut` in its metrics.
 * @throws {InputError} when the encoder can no longer be had, or is none that is served
 */
export function vectors(options: VectorsOptions): Promise<Manifest> {
  const { pairs: folder, pseudo, student, table, quantized, features, heads, recipe } = options
  return runStage({
    ...options,
    source: import.meta.url,
    name: 'vectors',
    inputs: { pairs: folder, pseudo, student, table, quantized, features, heads },
    async run(work) {
      const reason = whyNot(recipe, { quantized, features })
      if (reason !== undefined) {
        work.progress.say(`vectors: left out, ${reason}`)
        return { leftOut: reason }
      }
      const pairs = work.closeLater(readPairs(folder))
      const note = readEncoderNote(features)
      const source = await encoderOf(note, work.signal)
      const float = floatVectors(pairs, {
        features,
        heads: recipe.vectors === 'heads' && didWork(heads) ? heads : undefined,
        pseudo,
      })
      const texts = calibrationTexts(pairs, source, note, recipe.calibrationTexts)
      const encoder = await vectorEncoder(source, note, float.maps, texts, work.scratch)
      const { weights, choice } = vectorWeights(
        partsOf(pairs, student, float.cosine, findManifest(table)?.metrics.learned !== false),
        1 / note.temperature,
      )
      const studentBundle = readBundle(join(quantized, 'bundle'))
      const bundleWith = (
        of: typeof weights,
        relevance = UNFITTED as { slope: number; offset: number },
        metrics = {},
      ) => withVectors(studentBundle, encoder, { weights: of, relevance }, metrics)
      const alone = bundleWith({ vector: weights.vector, lexical: 0, wide: 0 })
      const runs = { validation: pairs.candidates('validation'), test: pairs.candidates('test') }
      const served = await servedBy(alone, async (reranker) => {
        const documents = documentsOf(pairs, [runs.validation, runs.test])
        return embedDocuments(alone, reranker.vectors!.encoder, documents, work)
      })
      const rank = (bundle: Bundle, run: Run) =>
        servedBy(bundle, async (reranker) => rankByVectors(reranker, pairs, run, served))
      const [bare, reference] = [
        await rank(alone, runs.validation),
        floatRun(runs.validation, float.cosine, weights.vector),
      ]
      const ranks = compareRuns(bare, reference, pairs.judgements)
      const agreement = {
        difference: ranks.difference,
        agreement: ranks.agreement,
        judged: ranks.queries,
        choice,
        weights,
      }
      const refused = refusal(ranks, recipe)
      if (refused !== undefined)
        return {
          leftOut: `${refused}. Raise calibrationTexts, or change the bound in packages/onnx/recipes/vectors.ts`,
          ...agreement,
        }
      const validation = await rank(bundleWith(weights), runs.validation)
      const relevance = fitRelevance(outcomesOf(validation, pairs.judgements))
      const metrics = {
        validation_ndcg10_vectors: compareRuns(validation, reference, pairs.judgements).after,
      }
      const bundle = bundleWith(weights, relevance, metrics)
      const test = await rank(bundle, runs.test)
      writeSplits(join(work.folder, 'runs'), { validation, test }, 'vectors')
      writeSplits(
        join(work.folder, 'runs', NETWORK_ONLY),
        { validation: bare, test: await rank(alone, runs.test) },
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
      return { ...metrics, ...agreement, bytes: encoder.data.byteLength, relevance }
    },
  })
}

/** Why there is nothing to do, if so. */
function whyNot(
  { edge }: VectorsRecipe,
  { quantized, features }: { quantized: string; features: string },
): string | undefined {
  if (edge.form === 'static') return 'recipes/vectors.ts chooses the form "static"'
  if (findManifest(quantized)?.metrics.leftOut !== undefined) return 'quantize left no bundle'
  const without = findManifest(features)?.metrics.leftOut
  return without === undefined ? undefined : `there is no sentence encoder: ${without}`
}

const didWork = (folder: string) => findManifest(folder)?.metrics.leftOut === undefined

async function encoderOf({ from, revision, identity }: EncoderNote, signal: AbortSignal | undefined) {
  const found = await findCheckpoint({ from, ...(revision !== undefined && { revision }) }, signal)
  if (found.identity !== identity)
    throw new InputError(
      `${from} is not the encoder that features read with: ${found.identity.slice(0, 12)}, wanted ${identity.slice(0, 12)}. Run \`npx turbo run features\` again.`,
    )
  return readEncoderCheckpoint(found.folder, from)
}

/** Train queries and documents in turn, as the encoder reads them. */
function calibrationTexts(
  pairs: Pairs,
  { tokenizer: json }: { readonly tokenizer: string },
  { reading: { around, lengths, prefixes } }: EncoderNote,
  count: number,
): CalibrationText[] {
  const tokenizer = loadTokenizer(json)
  const [start, end] = [around.start, around.end].map((tokens) =>
    tokens.map((token) => tokenizer.idOf(token)!),
  )
  const read = (kind: 'query' | 'document', text: string): CalibrationText => {
    const room = lengths[kind] - start!.length - end!.length
    const ids = [...start!, ...tokenizer.encode(prefixes[kind] + text).slice(0, room), ...end!]
    return { ids, typeIds: ids.map(() => 0) }
  }
  const half = Math.ceil(count / 2)
  const queries = [...pairs.candidates('train').keys()].slice(0, half)
  const every = Math.max(1, Math.floor(pairs.documents.length / half))
  const documents = Array.from({ length: Math.min(half, pairs.documents.length) }, (_, at) =>
    pairs.documents.at(at * every),
  )
  return [
    ...queries.map((id) => read('query', pairs.queries.get(id)!.text)),
    ...documents.map((document) => read('document', textOf(document))),
  ]
}

const textOf = ({ title, summary }: Document) => [title, summary].filter((part) => part !== '').join('\n')

function partsOf(
  pairs: Pairs,
  student: string,
  cosine: (query: string, document: string) => number,
  tableLearned: boolean,
) {
  const { config, tokenizer, staticBiEncoder } = readStudentFolder(student)
  const { encoding } = config.disranker as { encoding: Encoding }
  const encoder = createPairEncoder(loadTokenizer(tokenizer), encoding, STAGE_MEMORY)
  return {
    pairs,
    cosine,
    encode: encoder.encode,
    table: staticBiEncoder && createStaticScore({ ...staticBiEncoder, table: roundedTable(staticBiEncoder) }),
    tableLearned,
  }
}

function documentsOf(pairs: Pairs, runs: readonly Run[]): Document[] {
  const ids = new Set<string>()
  for (const run of runs) for (const [, rows] of run) for (const { document } of rows) ids.add(document)
  return [...ids].sort().map((id) => pairs.documents.get(id)!)
}

async function servedBy<Result>(
  bundle: Bundle,
  use: (reranker: Reranker) => Promise<Result>,
): Promise<Result> {
  const reranker = await loadReranker(bundle)
  try {
    return await use(reranker)
  } finally {
    await reranker.dispose()
  }
}

function rankByVectors(
  { vectors }: Reranker,
  pairs: Pairs,
  run: Run,
  made: ReadonlyMap<string, DocumentVector>,
): Run {
  return new Map(
    Array.from(run, ([id, rows]) => {
      const query = vectors!.open(pairs.queries.get(id)!.text)
      const scored = rows.map(({ document }) => {
        const { title, summary } = pairs.documents.get(document)!
        return { document, score: query.score({ title, summary }, made.get(document)!) }
      })
      return [id, scored.sort(byScore)] as const
    }),
  )
}

const floatRun = (run: Run, cosine: (query: string, document: string) => number, scale: number): Run =>
  new Map(
    Array.from(run, ([id, rows]) => [
      id,
      rows.map(({ document }) => ({ document, score: scale * cosine(id, document) })).sort(byScore),
    ]),
  )

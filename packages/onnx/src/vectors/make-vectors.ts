// Makes and measures the form `vectors` of a bundle: an encoder in int8, its vectors of the documents, and
// its runs. It must rank like its float32 form.
import { findCheckpoint, readEncoderCheckpoint } from '@disranker/checkpoint'
import { byScore, type Document, type Pairs, type Run } from '@disranker/dataset'
import { type EncoderNote, readEncoderNote } from '@disranker/ranking'
import { type Bundle, type DocumentVector, loadReranker, type Reranker } from '@disranker/reranker'
import { findManifest, InputError, type Work } from '@disranker/stage'
import { loadTokenizer } from '@disranker/tokenizer'
import { type FormParts, type FormWeights, formWeights } from '../forms/form-weights.ts'
import type { CalibrationText } from '../int8/calibrate.ts'
import { type Comparison, compareRuns, type GateRecipe, refusal } from '../int8/quality-gate.ts'
import { UNFITTED } from '../served/fit-relevance.ts'
import { embedDocuments } from './embed-documents.ts'
import { floatVectors } from './float-vectors.ts'
import { notServed, vectorEncoder, withVectors } from './vector-bundle.ts'

export interface MadeForm {
  /** of a student with the encoder */
  bundle(student: Bundle, relevance?: typeof UNFITTED, metrics?: Readonly<Record<string, unknown>>): Bundle
  /** the same with the cosine alone as the score */
  readonly alone: Bundle
  /** by published vectors */
  rank(bundle: Bundle, run: Run): Promise<Run>
  readonly vectors: ReadonlyMap<string, DocumentVector>
  readonly weights: Readonly<Record<'vector' | 'lexical' | 'wide', number>>
  /** validation by the cosine alone, in int8 and in float32 */
  readonly cosineOnly: Run
  readonly reference: Run
  /** the comparison of both, and the choice of the weights */
  readonly facts: Readonly<Record<string, unknown>>
  /** the weights of the whole score, and its measured quality */
  readonly chosen: FormWeights
  /** the reason why it may not be served */
  readonly refused: string | undefined
  /** bytes of the encoder */
  readonly bytes: number
}

export interface FormToMake {
  readonly options: {
    /** folders of stages */
    readonly pseudo: string
    readonly features: string
    readonly heads: string
    readonly recipe: GateRecipe & {
      readonly vectors: 'heads' | 'features'
      readonly calibrationTexts: number
    }
  }
  readonly pairs: Pairs
  readonly work: Work
  /** the int8 bundle of the student */
  readonly student: Bundle
  /** the student's reading of words, and its table if it may be weighted */
  readonly words: Pick<FormParts, 'encode' | 'table' | 'splits'>
}

/** @throws {InputError} when the encoder cannot be found any more, or is not supported */
export async function makeVectors({ options, pairs, work, student, words }: FormToMake): Promise<MadeForm> {
  const { pseudo, features, heads, recipe } = options
  const note = readEncoderNote(features)
  const source = await encoderOf(note, work.signal)
  const float = floatVectors(pairs, {
    features,
    heads: recipe.vectors === 'heads' && didWork(heads) ? heads : undefined,
    pseudo,
  })
  const texts = calibrationTexts(pairs, source, note, recipe.calibrationTexts)
  const encoder = await vectorEncoder(source, note, float.maps, texts, work.scratch)
  const scale = 1 / note.temperature
  const chosen = formWeights({
    ...{ pairs, ...words },
    own: { name: 'vectors', score: (query, document) => scale * float.cosine(query, document) },
  })
  const { lexical, wide, choice } = chosen
  const weights = { vector: scale, lexical, wide }
  const alone = withVectors(student, encoder, {
    weights: { vector: scale, lexical: 0, wide: 0 },
    relevance: UNFITTED,
  })
  const lists = [pairs.candidates('validation'), pairs.candidates('test')]
  const vectors = await servedBy(alone, (reranker) =>
    embedDocuments(alone, reranker.vectors!.encoder, documentsOf(pairs, lists), work),
  )
  const rank = (bundle: Bundle, run: Run) =>
    servedBy(bundle, async (reranker) => rankByVectors(reranker, pairs, run, vectors))
  const cosineOnly = await rank(alone, lists[0]!)
  const reference = floatRun(lists[0]!, float.cosine, scale)
  const ranks = compareRuns(cosineOnly, reference, pairs.judgements)
  return {
    ...{ alone, rank, vectors, weights, cosineOnly, reference },
    bundle: (student, relevance = UNFITTED, metrics = {}) =>
      withVectors(student, encoder, { weights, relevance }, metrics),
    facts: { ...agreementOf(ranks), choice, weights },
    chosen,
    refused: whyRefused(ranks, recipe),
    bytes: encoder.data.byteLength,
  }
}

const agreementOf = ({ difference, agreement, queries }: Comparison) => ({
  ...{ difference, agreement, judged: queries },
})

function whyRefused(ranks: Comparison, recipe: GateRecipe): string | undefined {
  const refused = refusal(ranks, recipe)
  return (
    refused && `${refused}. Raise calibrationTexts, or change the bound in packages/onnx/recipes/vectors.ts`
  )
}

const didWork = (folder: string) => findManifest(folder)?.metrics.leftOut === undefined

async function encoderOf(
  { from, revision, identity, reading }: EncoderNote,
  signal: AbortSignal | undefined,
) {
  if (reading.pooling === 'last') throw notServed(`${from} is a decoder`)
  const found = await findCheckpoint({ from, ...(revision !== undefined && { revision }) }, signal)
  if (found.identity !== identity)
    throw new InputError(
      `${from} is not the encoder that features read with: ${found.identity.slice(0, 12)}, wanted ${identity.slice(0, 12)}. Run \`npx turbo run features\` again.`,
    )
  return readEncoderCheckpoint(found.folder, from)
}

/** Train queries and documents alternately, as the encoder reads them. */
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

function documentsOf(pairs: Pairs, runs: readonly Run[]): Document[] {
  const ids = new Set<string>()
  for (const run of runs) for (const [, rows] of run) for (const { document } of rows) ids.add(document)
  return [...ids].sort().map((id) => pairs.documents.get(id)!)
}

export async function servedBy<Result>(
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

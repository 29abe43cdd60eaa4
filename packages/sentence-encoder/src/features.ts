// A frozen published sentence encoder, or a decoder, over all documents and queries: each text is embedded
// once, and its vector is stored. Nothing is trained, so no label is used, and later stages use the vectors
// instead of the encoder.
// Run: npx turbo run features
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Pairs, readPairs, readPseudoQueries, SPLITS } from '@disranker/dataset'
import { ensureBackend } from '@disranker/engine'
import { dotRows, writeEncoderNote, writeVectors } from '@disranker/ranking'
import { openTextEncoder, type TextEncoder, type TextKind, textOf } from '@disranker/scorers'
import {
  breathe,
  leaveOut,
  type Manifest,
  runStage,
  type StageOptions,
  type Work,
  writeWholeFile,
} from '@disranker/stage'
import { recipeParts } from '@disranker/training'
import { z } from 'zod'
import { ENCODER, FROM_SCRATCH, findEncoder, NO_ENCODER } from './find-encoder.ts'
import { leaveRanking } from './leave-ranking.ts'

export const featuresSchema = z.strictObject({
  /**
   * a model of the hub, such as "sentence-transformers/all-MiniLM-L6-v2", or the path of a folder; `'auto'`:
   * by the language of the documents, or none if that one cannot be found; false: none, and the stage does no
   * work
   */
  from: z.union([z.string().min(1), z.literal(false)]),
  /** of the hub: the commit, so that the model never changes */
  revision: z.string().min(1).exactOptional(),
  /** maximal tokens of a text, including those around it */
  lengths: z.strictObject({ query: z.int().min(4), document: z.int().min(4) }),
  /** the model's prefixes; by default those of its folder */
  prefixes: z.strictObject({ query: z.string(), document: z.string() }).exactOptional(),
  /** by default that of its folder; `last`, the state of the last token, is for decoders */
  pooling: z.enum(['mean', 'cls', 'last']).exactOptional(),
  /** logits of a softmax over the corpus are cosines divided by this */
  temperature: z.number().positive().max(10),
  /** maximal number of embedded queries; in a larger log only those with candidates */
  queries: recipeParts.count,
  /** maximal number of documents; for a larger corpus the stage does no work */
  documents: recipeParts.count,
  /** maximal tokens of a batch: bounds the memory */
  tokensPerBatch: recipeParts.count,
})
export type FeaturesRecipe = Readonly<z.output<typeof featuresSchema>>

export interface FeaturesOptions extends StageOptions<FeaturesRecipe> {
  readonly pairs: string
  /** folder of the pseudo-queries stage */
  readonly pseudo: string
}

/** number of texts in a shard */
const SHARD = 250

/**
 * Embeds every text; needs an open backend if the recipe names an encoder. Writes `vectors/`, `scores/`,
 * `runs/` and `ranked.json`, or `leftOut` in the manifest when the recipe names none.
 * @throws {InputError} when the encoder cannot be found or is none; nothing is written then
 */
export async function features(options: FeaturesOptions): Promise<Manifest> {
  const { pairs: folder, pseudo, recipe, signal } = options
  const { temperature } = recipe
  const found = await encoderOf(recipe, folder, signal)
  return runStage({
    ...options,
    source: import.meta.url,
    name: 'features',
    inputs: { pairs: folder, pseudo },
    ...('source' in found && { facts: { from: found.source.identity } }),
    async run(work) {
      const leave = (reason: string) => leaveOut('features', work, reason)
      if ('missing' in found) return leave(found.missing)
      const { from, source, revision } = found
      const pairs = work.closeLater(readPairs(folder))
      if (pairs.documents.length > recipe.documents)
        return leave(
          `${pairs.documents.length} documents are more than the recipe embeds (documents ${recipe.documents})`,
        )
      await ensureBackend(work.progress.say)
      const { prefixes = recipe.prefixes } = found
      const encoder = openTextEncoder(source.folder, {
        ...recipe,
        ...(prefixes && { prefixes }),
      })
      work.progress.say(
        `features: ${from} reads ${pairs.documents.length} documents, frozen, since ${found.why}`,
      )
      const embed = (name: string, kind: TextKind, texts: readonly string[]) =>
        embedAll(encoder, { name, kind, texts }, work)
      const documents = await embed(
        'documents',
        'document',
        Array.from(pairs.documents, (document) => textOf(document)),
      )
      const asked = askedQueries(pairs, recipe.queries)
      const queries = await embed('queries', 'query', asked)
      const cut = await embed(
        'pseudo-queries',
        'query',
        readPseudoQueries(pseudo).map(({ text }) => text),
      )
      encoder.close()
      writeEncoderNote(work.folder, {
        from,
        ...(revision !== undefined && { revision }),
        identity: source.identity,
        temperature,
        reading: encoder.reading,
      })
      const scaled = (values: Float32Array) => values.map((value) => value / temperature)
      const vectors = {
        features: encoder.features,
        documents,
        queries: scaled(queries),
        pseudo: scaled(cut),
      }
      writeVectors(work.folder, vectors)
      const logit = (query: number, document: number) =>
        dotRows(vectors.queries, query, documents, document, encoder.features)
      const what = `published encoder, frozen: ${from}`
      // no query was trained on, so weights may be chosen on all judged ones
      return {
        learned: false,
        ...leaveRanking(work, pairs, logit, { row: 'features', what }),
      }
    },
  })
}

/** @throws {InputError} when an encoder that the recipe names cannot be found */
async function encoderOf(recipe: FeaturesRecipe, folder: string, signal: AbortSignal | undefined) {
  if (recipe.from === 'auto' && process.env[ENCODER] === NO_ENCODER)
    return { missing: `no encoder is available. ${FROM_SCRATCH}` }
  const pairs = readPairs(folder)
  try {
    return await findEncoder(recipe, pairs.documents, signal)
  } finally {
    pairs.close()
  }
}

/** Texts of the queries by number; '' for those that are not embedded. */
function askedQueries(pairs: Pairs, most: number): string[] {
  const all = Array.from(pairs.queries)
  if (all.length <= most) return all.map(({ text }) => text)
  const listed = new Set(SPLITS.flatMap((split) => [...pairs.candidates(split).keys()]))
  return all.map(({ id, text }) => (listed.has(id) ? text : ''))
}

/**
 * [texts, features]; one shard at a time, so that a killed run resumes with the next one. A text of '' has a
 * row of 0.
 */
async function embedAll(
  encoder: TextEncoder,
  {
    name,
    kind,
    texts,
  }: {
    readonly name: string
    readonly kind: TextKind
    readonly texts: readonly string[]
  },
  { scratch, progress, signal }: Work,
): Promise<Float32Array> {
  const { features } = encoder
  const vectors = new Float32Array(texts.length * features)
  progress.start(`features of ${name}`, texts.length, 'texts')
  for (let from = 0; from < texts.length; from += SHARD) {
    signal.throwIfAborted()
    const file = join(scratch, `${name}-${from}.f32`)
    const shard = vectors.subarray(from * features, (from + SHARD) * features)
    if (existsSync(file)) {
      const { buffer, byteOffset, byteLength } = readFileSync(file)
      shard.set(new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength)))
    } else {
      const some = texts.slice(from, from + SHARD)
      const places = [...some.keys()].filter((at) => some[at] !== '')
      const made = encoder.embed(
        kind,
        places.map((at) => some[at]!),
      )
      for (const [index, at] of places.entries()) shard.set(made[index]!, at * features)
      writeWholeFile(file, new Uint8Array(shard.buffer, shard.byteOffset, shard.byteLength))
    }
    progress.update(Math.min(texts.length, from + SHARD))
    await breathe()
  }
  progress.stop()
  return vectors
}

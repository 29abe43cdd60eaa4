// Turns any cross-encoder into a bundle: int8, calibrated on pairs, checked by its agreement with its own
// float32. Its cost at the edge is printed before anything is uploaded.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { type EncoderCheckpoint, keepLayers, pruneVocabulary } from '@disranker/checkpoint'
import { kendall } from '@disranker/ranking'
import { type Bundle, type InstructionForm, instructed, loadReranker, openBundle } from '@disranker/reranker'
import { InputError } from '@disranker/stage'
import { createPairEncoder, type Encoding, loadTokenizer } from '@disranker/tokenizer'
import { buildBundle, writeBundle } from '../bundle.ts'
import { createCheckpoint } from '../graph/checkpoint.ts'
import type { ActivationScales } from '../graph/int8-graph.ts'
import { calibrate } from '../int8/calibrate.ts'
import { quantisationWays } from '../int8/quantisation-ways.ts'
import { nativeScores } from '../push/native-scores.ts'
import { computeBatch } from '../served/compute-batch.ts'
import { builtInPairs, type TextPair } from './built-in-pairs.ts'
import { costLines, type EdgeCost, edgeCost, LARGEST_HEAP } from './edge-cost.ts'
import { readPushedBundle } from './import-bundle.ts'
import { originalScores } from './original-scores.ts'
import { parseLayers } from './parse-layers.ts'
import { readPairFile, splitPairs } from './read-pairs.ts'
import { readSource } from './read-source.ts'
import { knownPair, scoresOf, servedScores } from './served-scores.ts'
import { checkUncut, readingOf } from './source-reading.ts'

export interface ImportOptions {
  /** a folder in Hugging Face's format */
  readonly folder: string
  /** the model's name; the folder's name by default */
  readonly name?: string | undefined
  /** commit of the hub's repository */
  readonly revision?: string | undefined
  /** output folder of the bundle; an older bundle there is replaced when the new one is complete */
  readonly out: string
  /** a JSONL file of pairs for calibration and comparison; built-in ones by default */
  readonly pairs?: string | undefined
  /** longest pair in tokens, special tokens included; by default 256, or the model's maximum */
  readonly maxLength?: number | undefined
  /** the layers to keep: a number, or their indices */
  readonly layers?: string | undefined
  /** a text file: only the vocabulary of its tokens is kept */
  readonly vocabulary?: string | undefined
  /** the instruction template, if the model was trained with instructions */
  readonly instruction?: InstructionForm | undefined
  /** minimal Kendall tau of int8 with float32; .97 by default */
  readonly minAgreement?: number | undefined
  readonly say?: (line: string) => void
  readonly signal?: AbortSignal | undefined
}

export interface Imported {
  readonly name: string
  /** Kendall tau of int8 with its own float32; 1 for a bundle that was restored unchanged */
  readonly agreement: number
  /**
   * Kendall tau of the served model with the original's float32, with pairs of its full length; undefined for
   * a student of ours
   */
  readonly original: number | undefined
  /** Kendall tau of the reduced float32 model with the whole one; 1 if nothing was removed */
  readonly kept: number
  readonly bytes: number
  readonly cost: EdgeCost
  readonly fits: boolean
}

const COMPARED = 500
const CALIBRATING = 200
const AGREEMENT = 0.97
/** number of pairs that shows that a quantisation is clearly not good enough, and the margin */
const PROBED = 120
const CLEARLY = 0.02

/**
 * Writes a bundle to `out`.
 * @throws {InputError} when the source cannot be read or does not rank, or int8 does not agree with float32;
 * `out` is then unchanged
 */
export async function importModel(options: ImportOptions): Promise<Imported> {
  const { out, minAgreement = AGREEMENT, say = () => {}, signal } = options
  if (existsSync(out) && !existsSync(join(out, 'manifest.json')))
    throw new InputError(`${out} is there already and is no bundle. Name another folder with --out.`)
  const pushed = await readPushedBundle(options.folder)
  if (pushed !== undefined) return bringBack(pushed, options)
  const whole = readSource(options.folder, options.name)
  say(describe(whole))
  const { encoding, lexicalWeight, staticBiEncoder, own } = readingOf(options.folder, whole, options)
  if (own !== undefined)
    say(
      'a student of DisRanker without its bundle: read with its exact-match token types and weights; its map from scores to relevances is not stored here',
    )
  const pairs = options.pairs === undefined ? builtInPairs() : readPairFile(options.pairs)
  const { compared, calibrating } = splitPairs(pairs, { compare: COMPARED, calibrate: CALIBRATING })
  const { instruction } = options
  // the bundle itself checks this when it ranks
  const read = (some: readonly TextPair[]) =>
    some.map((pair) => ({ ...pair, query: instructed(pair.query, instruction, undefined) }))
  const scratch = mkdtempSync(join(tmpdir(), 'import-'))
  try {
    const floatScores = async (source: EncoderCheckpoint) => {
      const config = { ...source.config, disranker: { ...own, encoding } }
      const float = buildBundle({ ...source, config, precision: 'fp32', staticBiEncoder, source: undefined })
      const graph = { model: float['model.onnx']!, data: float['model.onnx.data']! }
      const rows = encode(source, encoding, read(compared))
      const logits = await nativeScores(graph, rows, scratch, signal)
      return logits.map((logit, at) => logit + lexicalWeight * rows[at]!.overlap)
    }
    let source = whole
    let float = await floatScores(whole)
    const before = float
    const cut = async (what: string, change: (source: EncoderCheckpoint) => EncoderCheckpoint) => {
      source = change(source)
      float = await floatScores(source)
      say(`${what}: agrees with the whole model by ${kendall(before, float).toFixed(3)}`)
    }
    if (options.layers !== undefined) {
      const layers = parseLayers(options.layers, whole.model.layers)
      await cut(`layers ${layers.join(', ')} of ${whole.model.layers}`, (given) => keepLayers(given, layers))
    }
    if (options.vocabulary !== undefined) {
      const lines = readFileSync(options.vocabulary, 'utf8').split('\n')
      await cut('vocabulary cut to the corpus', (given) => pruneVocabulary(given, lines))
      say(`${whole.model.vocabulary} tokens -> ${source.model.vocabulary}`)
    }
    const checkpoint = createCheckpoint(source.config, source.tensors)
    const calibrated = await calibrate(checkpoint, encode(source, encoding, read(calibrating)), scratch)
    signal?.throwIfAborted()
    const builder =
      (activationScales: ActivationScales) =>
      (disranker: object, metrics: Record<string, unknown> = {}) =>
        buildBundle({
          config: {
            ...source.config,
            disranker: {
              ...own,
              encoding,
              ...(instruction && { instruction }),
              batch: computeBatch(source.model, source.tensors, encoding.maxLength),
              ...disranker,
            },
          },
          tensors: source.tensors,
          tokenizer: source.tokenizer,
          precision: 'int8',
          activationScales,
          metrics,
          staticBiEncoder,
          ...(own === undefined && {
            source: {
              name: source.name,
              revision: options.revision,
              licence: source.licence,
              template: source.template,
            },
          }),
        })
    /** @param first whether there is another way, so that a few pairs may exclude this one */
    const agreementOf = async (bundle: Bundle, first: boolean) => {
      const reranker = await loadReranker(bundle)
      try {
        const some = first ? compared.slice(0, PROBED) : []
        const probed = await scoresOf(reranker, some, signal)
        const tau = kendall(float.subarray(0, probed.length), probed)
        if (probed.length > 0 && tau < minAgreement - CLEARLY) return tau
        const rest = await scoresOf(reranker, compared.slice(probed.length), signal)
        return kendall(float, Float32Array.of(...probed, ...rest))
      } finally {
        await reranker.dispose()
      }
    }
    const ways = quantisationWays(calibrated)
    let build = builder(ways[0]!.scales)
    let bare = build({})
    let agreement = Number.NEGATIVE_INFINITY
    for (const [at, { what, scales }] of ways.entries()) {
      build = builder(scales)
      bare = build({})
      agreement = await agreementOf(bare, at < ways.length - 1)
      say(`int8, ${what}: agrees with its own float32 by ${agreement.toFixed(4)}`)
      if (agreement >= minAgreement) break
    }
    const kept = source === whole ? 1 : kendall(before, float)
    say(
      `int8 agrees with its own float32 by ${agreement.toFixed(4)} (Kendall tau on ${compared.length} pairs)`,
    )
    const ours = own !== undefined
    const original = ours
      ? undefined
      : await originalScores(options.folder, whole, read(compared), scratch, signal)
    const asOriginal = original && kendall(original.scores, await servedScores(bare, compared, signal))
    if (original)
      say(
        `the served model agrees with the original by ${asOriginal!.toFixed(4)} (${original.from}, pairs of up to ${whole.model.positions} tokens)`,
      )
    if (agreement < minAgreement)
      throw new InputError(
        `int8 ranks otherwise than float32: Kendall tau ${agreement.toFixed(4)} on ${compared.length} pairs, wanted ${minAgreement}. Bring pairs of your own domain with --pairs, or accept less with --min-agreement.`,
      )
    const cost = await edgeCost(bare, source.tokenizer, encoding)
    const bytes = bytesOf(bare)
    const known = await knownPair(bare, compared[0]!)
    const metrics = {
      agreement_int8_fp32: agreement,
      ...(asOriginal !== undefined && { agreement_served_original: asOriginal }),
      ...(source !== whole && { agreement_cut_whole: kept }),
      pairs: compared.length,
      milliseconds_50_documents_of_64_tokens: Math.round(cost.milliseconds),
      webassembly_megabytes: Number((cost.heap / 1e6).toFixed(1)),
    }
    const bundle = build({ known }, metrics)
    const fits = cost.heap <= LARGEST_HEAP
    for (const line of costLines(bundle, bytes, cost, fits)) say(line)
    replace(out, bundle)
    return { name: source.name, agreement, original: asOriginal, kept, bytes, cost, fits }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

const describe = ({ name, licence, model }: EncoderCheckpoint) =>
  `${name}: ${model.type}, ${model.layers} layers, ${model.hidden} wide, ${model.vocabulary} tokens; licence: ${licence ?? 'not said'}`

const encode = ({ tokenizer }: EncoderCheckpoint, encoding: Encoding, pairs: readonly TextPair[]) => {
  const encoder = createPairEncoder(loadTokenizer(tokenizer), encoding)
  return pairs.map(({ query, document }) => encoder.encode(query, document))
}

/**
 * Moves a bundle to its place. The older bundle there stays until the new one is complete, and is restored if
 * it cannot be replaced.
 */
function replace(out: string, bundle: Record<string, Uint8Array>): void {
  const [work, old] = [`${out}.tmp`, `${out}.old`]
  for (const folder of [work, old]) rmSync(folder, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  writeBundle(work, bundle)
  const replaces = existsSync(out)
  if (replaces) renameSync(out, old)
  try {
    renameSync(work, out)
  } catch (error) {
    if (replaces) renameSync(old, out)
    throw error
  }
  rmSync(old, { recursive: true, force: true })
}

/** A student that was pushed with its bundle: the same bytes, which passed the gate of the stage `quantize`. */
async function bringBack(
  bundle: Record<string, Uint8Array>,
  { folder, name = basename(resolve(folder)), out, say = () => {}, ...options }: ImportOptions,
): Promise<Imported> {
  checkUncut(name, options)
  const { config, tokenizer, manifest } = await openBundle(bundle)
  say(`${name}: a student of DisRanker, pushed with its bundle, which comes back as it was`)
  const cost = await edgeCost(bundle, tokenizer, config.disranker.encoding)
  const bytes = bytesOf(bundle)
  const fits = cost.heap <= LARGEST_HEAP
  for (const line of costLines(bundle, bytes, cost, fits)) say(line)
  const { validation_ndcg10_int8: after, validation_ndcg10_fp32: before } = manifest.metrics ?? {}
  if (typeof after === 'number' && typeof before === 'number')
    say(`nDCG@10 on validation when it was made: int8 ${after.toFixed(4)}, float32 ${before.toFixed(4)}`)
  replace(out, bundle)
  return { name, agreement: 1, original: undefined, kept: 1, bytes, cost, fits }
}

const bytesOf = (bundle: Bundle) => Object.values(bundle).reduce((sum, file) => sum + file.byteLength, 0)

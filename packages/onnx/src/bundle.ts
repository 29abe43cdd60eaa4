// A bundle: all files that a reranker needs, each with its hash.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InputError, sha256, writeWholeFile } from '@disranker/stage'
import { STATIC_ONLY, type StaticBiEncoder } from '@disranker/transformer'
import type { Tensors } from '@disranker/transformer/safetensors'
import type { ToldOf } from './forms/pair-form.ts'
import { type Checkpoint, createCheckpoint } from './graph/checkpoint.ts'
import { floatGraph } from './graph/float-graph.ts'
import { type ActivationScales, int8Graph } from './graph/int8-graph.ts'
import { staticGraph } from './graph/static-term.ts'
import { unfusedGraph } from './graph/unfused-graph.ts'
import { type CardSource, modelCard } from './model-card.ts'

export type Precision = 'fp32' | 'int8' | 'int8-unfused'

export interface BundleOptions {
  /** config.json of any encoder, or of a static bi-encoder alone, with "disranker": { encoding, score } */
  readonly config: { readonly model_type: string; readonly disranker: unknown }
  readonly tensors: Tensors
  /** the text of tokenizer.json */
  readonly tokenizer: string
  readonly precision: Precision
  /** the student's static bi-encoder; config.json has its weight in disranker.score.wideWeight */
  readonly staticBiEncoder?: StaticBiEncoder | undefined
  /** needed by int8 */
  readonly activationScales?: ActivationScales
  /** facts for the model card and the manifest */
  readonly metrics?: Readonly<Record<string, unknown>>
  /** the source of a published model, for the model card */
  readonly source?: CardSource | undefined
}

/**
 * The files of a bundle by name. Equal inputs give equal bytes.
 * @throws {InputError} when a tensor is missing, texts can be longer than the positions, or int8 has no
 * scales
 */
export function buildBundle(options: BundleOptions): Record<string, Uint8Array> {
  const { config, tokenizer, precision, metrics = {} } = options
  const network = config.model_type === STATIC_ONLY ? undefined : createCheckpoint(config, options.tensors)
  const { model, data } = graphOf(options, network)
  const text = (content: string) => new TextEncoder().encode(content)
  const files: Record<string, Uint8Array> = {
    'model.onnx': model,
    'model.onnx.data': data,
    'tokenizer.json': text(tokenizer),
    'config.json': text(`${JSON.stringify(config, undefined, 1)}\n`),
    'README.md': text(
      modelCard(network?.model, {
        precision,
        bytes: data.byteLength,
        metrics,
        source: options.source,
        told: config.disranker as ToldOf,
      }),
    ),
  }
  return withManifest(files, { precision, ...metrics })
}

/** The files of a bundle with their manifest; an existing manifest is replaced. */
export function withManifest(
  given: Readonly<Record<string, Uint8Array>>,
  metrics: Readonly<Record<string, unknown>>,
): Record<string, Uint8Array> {
  const { 'manifest.json': _, ...files } = given
  const hashes = Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [name, { bytes: bytes.byteLength, sha256: sha256(bytes) }]),
  )
  const manifest = { format: 'disranker-bundle', version: 1, files: hashes, metrics }
  const text = `${JSON.stringify(manifest, undefined, 1)}\n`
  return { ...files, 'manifest.json': new TextEncoder().encode(text) }
}

function graphOf(
  { config, precision, activationScales, staticBiEncoder: channel }: BundleOptions,
  checkpoint: Checkpoint | undefined,
) {
  const { encoding, score } = config.disranker as {
    encoding?: { maxLength: number }
    score?: { wideWeight?: number }
  }
  const weight = score?.wideWeight ?? 0
  if (checkpoint === undefined) {
    if (channel === undefined || precision === 'int8-unfused')
      throw new InputError('A student without a network needs its static bi-encoder, in fp32 or int8.')
    const { type_vocab_size: tokenTypes } = config as { type_vocab_size?: number }
    return staticGraph({ ...channel, weight, tokenTypes: tokenTypes ?? 2 }, precision)
  }
  const { positions } = checkpoint.model
  if (encoding === undefined || encoding.maxLength > positions)
    throw new InputError(
      `config.json says disranker.encoding.maxLength ${encoding?.maxLength}, and its network reads ${positions} tokens: wanted a maxLength that the positions cover. Fix the student's recipe and train it again.`,
    )
  const { tokenTypes = 0 } = checkpoint.model
  const staticTerm = channel && { ...channel, tokenTypes, weight }
  // tables of rotary positions are as long as texts come: those of 8,000 positions are 4 MB
  const read: Checkpoint = { ...checkpoint, model: { ...checkpoint.model, positions: encoding.maxLength } }
  if (precision === 'fp32') return floatGraph(read, { staticTerm })
  if (precision === 'int8-unfused') return unfusedGraph(read)
  if (activationScales === undefined)
    throw new InputError('An int8 bundle needs activationScales: calibrate first.')
  return int8Graph(read, activationScales, staticTerm)
}

/** Writes a bundle's files, the manifest last. */
export function writeBundle(folder: string, files: Readonly<Record<string, Uint8Array>>): void {
  mkdirSync(folder, { recursive: true })
  for (const [name, bytes] of Object.entries(files)) writeWholeFile(join(folder, name), bytes)
}

/** Reads a bundle's files; `loadReranker` checks them. */
export function readBundle(folder: string): Record<string, Uint8Array> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]),
  )
}

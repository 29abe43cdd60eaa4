// A bundle: the files of a model, each with its hash in manifest.json. No file is used before its hash is
// checked.
import type { EncoderConfig } from '@disranker/fused-encoder'
import type { Encoding, PairTemplate } from '@disranker/tokenizer'
import { checkForm, type InstructionForm } from './reading/instruction.ts'
import { RerankerError } from './reranker-error.ts'
import { sha256 } from './sha256.ts'

/** file name -> bytes */
export type Bundle = Readonly<Record<string, Uint8Array>>

export interface BundleManifest {
  readonly format: 'disranker-bundle'
  readonly version: 1
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>
  readonly metrics?: Readonly<Record<string, unknown>>
}

/** The parts of config.json that a reranker reads. */
export interface BundleConfig {
  readonly model_type: string
  readonly disranker: {
    readonly encoding: Encoding
    readonly score?: {
      /** score = logit + lexicalWeight * overlap */
      readonly lexicalWeight?: number
      /** weight of the cosine of the static word table, which the graph adds to its logit; 0 if it has none */
      readonly wideWeight?: number
      /**
       * 1 / (1 + exp(-(slope * score + offset))), fitted on validation; .5 if right and other documents are
       * equally frequent
       */
      readonly relevance?: { readonly slope: number; readonly offset: number }
    }
    /** of a model that was trained with instructions */
    readonly instruction?: InstructionForm
    /** maximal rows and tokens of a micro-batch, so that the memory fits an isolate */
    readonly batch?: { readonly rows: number; readonly tokens: number }
    /** the cost of a token at the edge; without it, servers estimate it from the model's shape */
    readonly cost?: { readonly millisecondsPerToken: number }
    /**
     * of a bundle that ranks by its table of words and lexical overlap alone: the reason for having no
     * network
     */
    readonly network?: { readonly leftOut: string }
    /** a pair with its score by this bundle, with which a server checks itself */
    readonly known?: {
      readonly query: string
      readonly document: { readonly title: string; readonly summary: string }
      readonly score: number
    }
    /** of a bundle with a sentence encoder next to the network */
    readonly vectors?: VectorsConfig
  }
  readonly [key: string]: unknown
}

/** How the sentence encoder of a bundle reads texts, and the weights of its score. */
export interface VectorsConfig {
  /** numbers of a vector */
  readonly features: number
  /** the computed part of the encoder's own config.json */
  readonly encoder: EncoderConfig
  /** tokens at the start and the end of each text */
  readonly around: Pick<PairTemplate, 'start' | 'end'>
  /** the prefix of each text */
  readonly prefixes: Readonly<Record<'query' | 'document', string>>
  /** maximal tokens of a text, including those around it */
  readonly lengths: Readonly<Record<'query' | 'document', number>>
  /** score = vector * cosine + lexical * overlap + wide * cosine of the table of words */
  readonly weights: Readonly<Record<'vector' | 'lexical' | 'wide', number>>
  /** as of `score` */
  readonly relevance: { readonly slope: number; readonly offset: number }
}

export const BUNDLE_FILES = ['model.onnx', 'model.onnx.data', 'tokenizer.json', 'config.json'] as const
/** the sentence encoder of a bundle that has one */
export const VECTOR_FILES = ['encoder.onnx', 'encoder.onnx.data', 'encoder-tokenizer.json'] as const

export interface OpenedBundle {
  readonly manifest: BundleManifest
  readonly config: BundleConfig
  /** the text of tokenizer.json */
  readonly tokenizer: string
  readonly model: Uint8Array
  readonly data: Uint8Array
  /** undefined if the bundle has none, or came without its files: a page then ranks by the network alone */
  readonly vectors: OpenedVectors | undefined
}

export interface OpenedVectors {
  readonly config: VectorsConfig
  /** identifies the vectors: the weights, the tokenizer, how texts are read */
  readonly identity: string
  /** the text of encoder-tokenizer.json */
  readonly tokenizer: string
  readonly model: Uint8Array
  readonly data: Uint8Array
}

/**
 * Checks every file against the manifest and parses the text files.
 * @throws {RerankerError} code bundle, naming the file
 */
export async function openBundle(bundle: Bundle): Promise<OpenedBundle> {
  const manifest = parse<BundleManifest>(bundle, 'manifest.json')
  if (manifest.format !== 'disranker-bundle' || manifest.version !== 1)
    throw damaged(
      'manifest.json',
      `is no manifest of this version: format ${manifest.format}, version ${manifest.version}`,
    )
  for (const name of BUNDLE_FILES) await checkFile(manifest, bundle, name)
  const config = parse<BundleConfig>(bundle, 'config.json')
  if (config.disranker?.encoding === undefined) throw damaged('config.json', 'has no disranker.encoding')
  if (config.disranker.instruction !== undefined) checkForm(config.disranker.instruction)
  return {
    manifest,
    config,
    tokenizer: new TextDecoder().decode(bundle['tokenizer.json']),
    model: bundle['model.onnx']!,
    data: bundle['model.onnx.data']!,
    vectors: config.disranker.vectors && (await openVectors(config.disranker.vectors, manifest, bundle)),
  }
}

async function openVectors(
  config: VectorsConfig,
  manifest: BundleManifest,
  bundle: Bundle,
): Promise<OpenedVectors | undefined> {
  if (VECTOR_FILES.every((name) => bundle[name] === undefined)) return undefined
  for (const name of VECTOR_FILES) await checkFile(manifest, bundle, name)
  const { encoder, around, prefixes, lengths } = config
  const about = [VECTOR_FILES.map((name) => manifest.files[name]!.sha256), encoder, around, prefixes, lengths]
  return {
    config,
    identity: (await sha256(new TextEncoder().encode(JSON.stringify(about)))).slice(0, 12),
    tokenizer: new TextDecoder().decode(bundle['encoder-tokenizer.json']),
    model: bundle['encoder.onnx']!,
    data: bundle['encoder.onnx.data']!,
  }
}

/** @throws {RerankerError} code bundle: the file is not the one that the manifest names */
async function checkFile({ files }: BundleManifest, bundle: Bundle, name: string): Promise<void> {
  const wanted = files?.[name]
  const bytes = bundle[name]
  if (wanted === undefined) throw damaged('manifest.json', `does not name ${name}`)
  if (bytes === undefined) throw damaged(name, 'is missing')
  if (bytes.byteLength !== wanted.bytes)
    throw damaged(name, `has ${bytes.byteLength} bytes; its manifest says ${wanted.bytes}`)
  if ((await sha256(bytes)) !== wanted.sha256)
    throw damaged(name, 'is not the file that its manifest names (sha256)')
}

function parse<Content>(bundle: Bundle, name: string): Content {
  const bytes = bundle[name]
  if (bytes === undefined) throw damaged(name, 'is missing')
  try {
    const content: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (typeof content === 'object' && content !== null) return content as Content
  } catch (cause) {
    throw damaged(name, 'is not JSON', cause)
  }
  throw damaged(name, 'is no JSON object')
}

/**
 * Frees the memory of a bundle's files at once instead of at the next garbage collection: they are empty
 * afterwards. Call it when the reranker is loaded; no reranker of this package reads them again. Files that
 * share their memory with others are not freed.
 */
export function releaseBundle(bundle: Bundle): void {
  for (const { buffer, byteLength } of Object.values(bundle)) {
    // Node 20 has no ArrayBuffer.prototype.transfer
    const mayMove = buffer instanceof ArrayBuffer && 'transfer' in buffer && !buffer.detached
    if (mayMove && buffer.byteLength === byteLength) buffer.transfer(0)
  }
}

const damaged = (name: string, what: string, cause?: unknown) =>
  new RerankerError(
    'bundle',
    `${name} of the bundle ${what}. Copy the bundle again, or make it again with \`npx turbo run quantize\`.`,
    { cause },
  )

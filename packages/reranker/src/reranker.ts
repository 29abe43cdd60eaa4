// The interface of a loaded model: ranking in one call, or reading, computing and explaining separately.
import type { BundleConfig, BundleManifest } from './bundle.ts'
import type { VectorForm } from './documents/vector-form.ts'
import type { Explanation } from './explanation.ts'
import type { ReadOptions, RerankDocument } from './reading/reading.ts'
import type { EngineOptions } from './session/engine.ts'
import type { SourceOptions } from './sources/bundle-source.ts'

export interface ComputeOptions {
  /** when it aborts, no further batch is computed, and its reason is thrown */
  readonly signal?: AbortSignal | undefined
  /**
   * Awaited before each batch, with the number of tokens that the batch then computes without a pause. By
   * default other events run before each batch.
   */
  readonly turn?: ((tokens: number) => Promise<void>) | undefined
}

export interface RankOptions extends ReadOptions, ComputeOptions {
  /** maximal results; all by default */
  readonly topN?: number | undefined
  /** explain the returned results; false by default */
  readonly explain?: boolean | undefined
}

/**
 * A query, and documents that are encoded one after the other, so that their cost is known before the
 * computation.
 */
export interface Pending {
  /**
   * [documents]: tokens that the model reads for each, including the query's and special tokens, without
   * padding
   */
  readonly tokens: readonly number[]
  /**
   * Encodes one more document.
   * @param most tokens of the document; encoding stops when they are exceeded
   * @returns its tokens
   * @throws {RerankerError} code length: it is too long for the model, and must be read whole
   */
  add(document: RerankDocument, most?: number): number
  /** Removes the document that was added last: it is not computed. */
  dropLast(): void
  /** [documents]: one score for each */
  score(options?: ComputeOptions): Promise<Float32Array>
  /**
   * Explains the score of a document, or of its best piece if it was read in several.
   * @throws {RangeError} it was not scored
   */
  explain(index: number): Explanation
}

/** Encoded documents: their cost is known before the computation. */
export interface Prepared {
  /**
   * [documents]: tokens that the model reads for each, including the query's and special tokens, without
   * padding
   */
  readonly tokens: Int32Array
  /** [documents]: one score for each */
  score(options?: ComputeOptions): Promise<Float32Array>
  /** as Pending's */
  explain(index: number): Explanation
}

export interface RankedDocument {
  /** number of the document in the request, from 0 */
  readonly index: number
  readonly score: number
  /** on request */
  readonly explanation?: Explanation
}

export interface Ranked {
  /** best first; equal scores in the order of the documents */
  readonly results: readonly RankedDocument[]
  /** tokens that the model read, without padding */
  readonly tokens: number
}

export interface Reranker {
  readonly config: BundleConfig
  readonly manifest: BundleManifest
  /** the engine: "fused, relaxed", "fused, seven", "fused, exact" or "onnxruntime" */
  readonly engine: string
  rank(query: string, documents: readonly RerankDocument[], options?: RankOptions): Promise<Ranked>
  /** Starts reading documents for a query; computes nothing yet. */
  read(query: string, options?: ReadOptions): Pending
  /** estimated tokens that the model will read for a document, from its length alone */
  estimate(document: RerankDocument, options?: ReadOptions): number
  /** Reads documents; computes nothing yet. */
  prepare(query: string, documents: readonly RerankDocument[], options?: ReadOptions): Prepared
  /** one score for each document, in the order of the documents */
  score(
    query: string,
    documents: readonly RerankDocument[],
    options?: Omit<RankOptions, 'topN'>,
  ): Promise<Float32Array>
  /** A score as a relevance, 0 .. 1; above .5 it is more frequent among right documents than among others. Keeps the order. */
  relevance(score: number): number
  /** of a bundle with a sentence encoder: ranks documents by their vectors, without the network */
  readonly vectors: VectorForm | undefined
  /** bytes of the WebAssembly memory of the engine, and of the sentence encoder */
  heapBytes(): number
  /** Frees the model at once; running calls are rejected before their next batch. */
  dispose(): Promise<void>
}

export interface RerankerOptions extends EngineOptions {
  /**
   * maximal rows and tokens of a micro-batch: bounds the memory; by default those of the bundle, or 10 and
   * 1280
   */
  readonly batch?: { readonly rows: number; readonly tokens: number } | undefined
  /** for a bundle by name: revision, hub, token, cache */
  readonly source?: SourceOptions | undefined
}

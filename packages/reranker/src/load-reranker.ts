// Query and documents in, order out: verifies a bundle, loads it, and ranks with it until it is disposed of.
import { createPairEncoder, type EncodedPair, loadTokenizer } from '@disranker/tokenizer'
import { type Bundle, type BundleConfig, type BundleManifest, openBundle } from './bundle.ts'
import { type EngineOptions, openSession } from './engine.ts'
import { microBatches } from './micro-batches.ts'
import { createReading, type ReadOptions, type TitledDocument } from './reading.ts'
import { RerankerError } from './reranker-error.ts'
import { sigmoid } from './sigmoid.ts'

/** A text alone is taken for a summary. */
export type RerankDocument = string | TitledDocument

export interface ComputeOptions {
  /** aborted: no further batch is computed, and the reason is thrown */
  readonly signal?: AbortSignal | undefined
  /**
   * Awaited before each batch, which then computes so many tokens without a pause. By default a batch waits until other
   * events had their turn.
   */
  readonly turn?: ((tokens: number) => Promise<void>) | undefined
}

export interface RankOptions extends ReadOptions, ComputeOptions {
  /** results to give back; all by default */
  readonly topN?: number | undefined
}

/** Documents as the model will read them: what they cost is known before it is paid. */
export interface Prepared {
  /** [documents]: tokens that the model reads for each, the query's and special tokens too, padding left out */
  readonly tokens: Int32Array
  /** [documents]: one score each */
  score(options?: ComputeOptions): Promise<Float32Array>
}

export interface Ranked {
  /** best first; equal scores in the order of the documents */
  readonly results: readonly { readonly index: number; readonly score: number }[]
  /** tokens that the model read, padding left out */
  readonly tokens: number
}

export interface Reranker {
  readonly config: BundleConfig
  readonly manifest: BundleManifest
  /** what computes it: "fused, relaxed", "fused, exact" or "onnxruntime" */
  readonly engine: string
  rank(query: string, documents: readonly RerankDocument[], options?: RankOptions): Promise<Ranked>
  /** Encodes; computes nothing yet. */
  prepare(query: string, documents: readonly RerankDocument[], options?: ReadOptions): Prepared
  /** one score a document, in the order of the documents */
  score(
    query: string,
    documents: readonly RerankDocument[],
    options?: Omit<RankOptions, 'topN'>,
  ): Promise<Float32Array>
  /** A score as a relevance, 0 .. 1; above .5 it is more frequent among right documents than among others. Keeps the order. */
  relevance(score: number): number
  /** bytes of the engine's WebAssembly memory */
  heapBytes(): number
  /** Frees the model at once; calls in flight are rejected before their next batch. */
  dispose(): Promise<void>
}

export interface RerankerOptions extends EngineOptions {
  /** most rows and tokens computed at a time: bounds the memory; those of the bundle, or 10 and 1280, when not given */
  readonly batch?: { readonly rows: number; readonly tokens: number } | undefined
}

const BATCH = { rows: 10, tokens: 1280 }
/** Lets other events run between batches, like an abort; promises alone would not, because the runtime computes as it is called. */
function pauses(): () => Promise<void> {
  let first = true
  return async () => {
    if (!first) await new Promise((resolve) => setTimeout(resolve))
    first = false
  }
}

/**
 * Loads a bundle.
 * @param bundle file name -> bytes: model.onnx, model.onnx.data, tokenizer.json, config.json, manifest.json
 * @throws {RerankerError} code bundle when a file is missing or changed, code runtime when the model does not load
 */
export async function loadReranker(
  bundle: Bundle,
  { batch: givenBatch, ...engine }: RerankerOptions = {},
): Promise<Reranker> {
  const opened = await openBundle(bundle)
  const { manifest, config, tokenizer } = opened
  const session = await openSession(opened, engine)
  const words = loadTokenizer(tokenizer)
  const encoder = createPairEncoder(words, config.disranker.encoding)
  const { lexicalWeight = 0, relevance: fitted = { slope: 1, offset: 0 } } = config.disranker.score ?? {}
  const read = createReading(words, config.disranker.encoding)
  const batch = givenBatch ?? config.disranker.batch ?? BATCH
  let disposed = false
  const checkAlive = () => {
    if (disposed) throw new RerankerError('disposed', 'The reranker was disposed of. Load it again.')
  }

  async function compute(pairs: readonly EncodedPair[], { signal, turn = pauses() }: ComputeOptions) {
    const scores = new Float32Array(pairs.length)
    for (const { indices, tokens } of microBatches(pairs, batch)) {
      await turn(tokens)
      signal?.throwIfAborted()
      checkAlive()
      const logits = await session.run(indices.map((index) => pairs[index]!))
      for (const [row, index] of indices.entries())
        scores[index] = logits[row]! + lexicalWeight * pairs[index]!.overlap
    }
    return scores
  }

  function prepare(query: string, documents: readonly RerankDocument[], options: ReadOptions = {}): Prepared {
    checkAlive()
    checkTexts(query, documents)
    const pairs: EncodedPair[] = []
    // a document's pairs lie side by side: document i has those from starts[i] to starts[i + 1]
    const starts = [0]
    for (const document of documents) {
      for (const piece of read(
        query,
        typeof document === 'string' ? { summary: document } : document,
        options,
      ))
        pairs.push(encoder.encode(query, piece))
      starts.push(pairs.length)
    }
    const each = <Result>(fold: (from: number, to: number) => Result) =>
      documents.map((_, index) => fold(starts[index]!, starts[index + 1]!))
    return {
      tokens: Int32Array.from(
        each((from, to) => pairs.slice(from, to).reduce((sum, { tokens }) => sum + tokens, 0)),
      ),
      async score(options = {}) {
        const scores = await compute(pairs, options)
        return Float32Array.from(each((from, to) => Math.max(...scores.subarray(from, to))))
      },
    }
  }

  return {
    config,
    manifest,
    engine: session.engine,
    prepare,
    score: async (query, documents, options = {}) => prepare(query, documents, options).score(options),
    async rank(query, documents, options = {}) {
      const { topN = documents.length } = options
      if (!(Number.isInteger(topN) && topN >= 0))
        throw new RerankerError('input', `topN is ${topN}; wanted a whole number from 0.`)
      const prepared = prepare(query, documents, options)
      const results = [...(await prepared.score(options))]
        .map((score, index) => ({ index, score }))
        .sort((a, b) => b.score - a.score || a.index - b.index)
        .slice(0, topN)
      return { results, tokens: prepared.tokens.reduce((sum, tokens) => sum + tokens, 0) }
    },
    relevance: (score) => sigmoid(fitted.slope * score + fitted.offset),
    heapBytes: () => session.heapBytes(),
    async dispose() {
      if (disposed) return
      disposed = true
      await session.release()
    },
  }
}

/** @throws {RerankerError} code input, naming the document */
function checkTexts(query: string, documents: readonly RerankDocument[]): void {
  if (typeof query !== 'string' || query.trim() === '')
    throw new RerankerError('input', 'The query is empty. Wanted: a text.')
  for (const [index, document] of documents.entries()) {
    if (typeof document === 'string') continue
    if (typeof document !== 'object' || document === null)
      throw new RerankerError('input', `Document ${index} is no text and has no title or summary.`)
    for (const [name, part] of Object.entries({ title: document.title, summary: document.summary }))
      if (part !== undefined && typeof part !== 'string')
        throw new RerankerError('input', `Document ${index} has a ${name} that is no text.`)
  }
}

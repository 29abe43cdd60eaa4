// Query and documents in, order out: verifies a bundle, loads it, and ranks with it until it is disposed of.
import { createPairEncoder, type EncodedPair, loadTokenizer } from '@disranker/tokenizer'
import { defaultWasm } from '#default-wasm'
import { type Bundle, type BundleConfig, type BundleManifest, openBundle } from './bundle.ts'
import { microBatches } from './micro-batches.ts'
import { RerankerError } from './reranker-error.ts'
import { createSession } from './session.ts'
import { sigmoid } from './sigmoid.ts'

/** A text alone is taken for a summary. */
export type RerankDocument =
  | string
  | { readonly title?: string | undefined; readonly summary?: string | undefined }

export interface RankOptions {
  /** results to give back; all by default */
  readonly topN?: number | undefined
  /** aborted: no further batch is computed, and the reason is thrown */
  readonly signal?: AbortSignal | undefined
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
  rank(query: string, documents: readonly RerankDocument[], options?: RankOptions): Promise<Ranked>
  /** one score a document, in the order of the documents */
  score(
    query: string,
    documents: readonly RerankDocument[],
    options?: Pick<RankOptions, 'signal'>,
  ): Promise<Float32Array>
  /** A score as the probability, 0 .. 1, that the document is of its query's highest grade; keeps the order of scores. */
  relevance(score: number): number
  /** bytes of the runtime's WebAssembly memory */
  heapBytes(): number
  /** Frees the model. Calls in flight finish first. */
  dispose(): Promise<void>
}

export interface RerankerOptions {
  /** onnxruntime-web's ort-wasm-simd-threaded.wasm, compiled; needed in workerd and browsers, found by itself in Node */
  readonly wasm?: WebAssembly.Module | undefined
  /** most rows and tokens computed at a time: bounds the memory */
  readonly batch?: { readonly rows: number; readonly tokens: number } | undefined
}

const BATCH = { rows: 10, tokens: 1280 }
/** batches after which other events get their turn: an abort, another request */
const BETWEEN_TURNS = 4
// promises alone never leave the current turn: the runtime computes as it is called
const turn = () => new Promise((resolve) => setTimeout(resolve))

/**
 * Loads a bundle.
 * @param bundle file name -> bytes: model.onnx, model.onnx.data, tokenizer.json, config.json, manifest.json
 * @throws {RerankerError} code bundle when a file is missing or changed, code runtime when the model does not load
 */
export async function loadReranker(
  bundle: Bundle,
  { wasm, batch = BATCH }: RerankerOptions = {},
): Promise<Reranker> {
  const { manifest, config, tokenizer, model, data } = await openBundle(bundle)
  const session = await createSession(wasm ?? (await defaultWasm()), model, data)
  const encoder = createPairEncoder(loadTokenizer(tokenizer), config.disranker.encoding)
  const { lexicalWeight = 0, relevance: fitted = { slope: 1, offset: 0 } } = config.disranker.score ?? {}
  let disposed = false
  // one batch at a time: the runtime has one thread, and its memory grows with what runs side by side
  let last: Promise<unknown> = Promise.resolve()
  const exclusive = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const mine = last.then(work, work)
    last = mine.catch(() => {})
    return mine
  }

  async function compute(
    query: string,
    documents: readonly RerankDocument[],
    signal: AbortSignal | undefined,
  ) {
    if (disposed) throw new RerankerError('disposed', 'The reranker was disposed of. Load it again.')
    const pairs = encodeAll(query, documents)
    const scores = new Float32Array(pairs.length)
    let computed = 0
    for (const { indices, batch: rows } of microBatches(pairs, { ...batch, multiple: 8 })) {
      if (computed > 0 && computed % BETWEEN_TURNS === 0) await turn()
      computed++
      signal?.throwIfAborted()
      const logits = await exclusive(() => {
        signal?.throwIfAborted()
        return session.run(rows)
      })
      for (const [row, index] of indices.entries())
        scores[index] = logits[row]! + lexicalWeight * pairs[index]!.overlap
    }
    return { scores, tokens: pairs.reduce((sum, pair) => sum + pair.tokens, 0) }
  }

  function encodeAll(query: string, documents: readonly RerankDocument[]): EncodedPair[] {
    if (typeof query !== 'string' || query.trim() === '')
      throw new RerankerError('input', 'The query is empty. Wanted: a text.')
    return documents.map((document, index) => {
      const parts = typeof document === 'string' ? { summary: document } : document
      if (typeof parts !== 'object' || parts === null)
        throw new RerankerError('input', `Document ${index} is no text and has no title or summary.`)
      for (const [name, part] of Object.entries({ title: parts.title, summary: parts.summary }))
        if (part !== undefined && typeof part !== 'string')
          throw new RerankerError('input', `Document ${index} has a ${name} that is no text.`)
      return encoder.encode(query, parts)
    })
  }

  return {
    config,
    manifest,
    score: async (query, documents, { signal } = {}) => (await compute(query, documents, signal)).scores,
    async rank(query, documents, { topN = documents.length, signal } = {}) {
      if (!(Number.isInteger(topN) && topN >= 0))
        throw new RerankerError('input', `topN is ${topN}; wanted a whole number from 0.`)
      const { scores, tokens } = await compute(query, documents, signal)
      const results = [...scores]
        .map((score, index) => ({ index, score }))
        .sort((a, b) => b.score - a.score || a.index - b.index)
        .slice(0, topN)
      return { results, tokens }
    },
    relevance: (score) => sigmoid(fitted.slope * score + fitted.offset),
    heapBytes: () => session.heapBytes(),
    async dispose() {
      if (disposed) return
      disposed = true
      await exclusive(() => session.release())
    },
  }
}

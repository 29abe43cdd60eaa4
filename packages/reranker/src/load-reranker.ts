// Verifies a bundle, loads it, and ranks documents for queries with it until it is disposed of.
import { loadAnalyzer } from '@disranker/lexical'
import { createPairEncoder, type EncodedPair, loadTokenizer, type Tokenizer } from '@disranker/tokenizer'
import { type Bundle, type BundleConfig, openBundle } from './bundle.ts'
import { openVectorForm } from './documents/vector-form.ts'
import { createExplainer, termsOf } from './explanation.ts'
import { instructed } from './reading/instruction.ts'
import { createReading, type ReadOptions, type RerankDocument } from './reading/reading.ts'
import type {
  ComputeOptions,
  Pending,
  Prepared,
  RankedDocument,
  Reranker,
  RerankerOptions,
} from './reranker.ts'
import { RerankerError } from './reranker-error.ts'
import { openSession } from './session/engine.ts'
import { microBatches } from './session/micro-batches.ts'
import { sigmoid } from './sigmoid.ts'
import { bringBundle } from './sources/bundle-source.ts'

const BATCH = { rows: 10, tokens: 1280 }
/**
 * Lets other events run between batches, such as an abort; promises alone would not, because the runtime
 * computes synchronously.
 */
function pauses(): () => Promise<void> {
  let first = true
  return async () => {
    if (!first) await new Promise((resolve) => setTimeout(resolve))
    first = false
  }
}

/**
 * Loads a bundle.
 * @param from file name -> bytes: model.onnx, model.onnx.data, tokenizer.json, config.json, manifest.json. Or a name: a path like
 * `./bundle`, an address, `npm:<package>`, or `<owner>/<name>` of a hub
 * @throws {RerankerError} code bundle when a file is missing or changed, code runtime when the model does not load
 */
export async function loadReranker(
  from: Bundle | string | URL,
  { batch: givenBatch, source, ...engine }: RerankerOptions = {},
): Promise<Reranker> {
  const bundle = typeof from === 'string' || from instanceof URL ? await bringBundle(from, source) : from
  const opened = await openBundle(bundle)
  const { manifest, config, tokenizer } = opened
  // checked first, so that no model is loaded in vain
  const words = openTokenizer(tokenizer, config.vocab_size)
  await loadWords(config)
  const session = await openSession(opened, engine)
  const form = config.disranker.instruction
  const encoder = createPairEncoder(words, config.disranker.encoding)
  const { lexicalWeight = 0, relevance: fitted = { slope: 1, offset: 0 } } = config.disranker.score ?? {}
  const reading = createReading(words, encoder, config.disranker.encoding)
  const explainPair = createExplainer(config.disranker.encoding, termsOf(opened, session))
  const batch = givenBatch ?? session.batch ?? config.disranker.batch ?? BATCH
  const vectors =
    opened.vectors && (await openVectorForm(opened, opened.vectors, encoder, reading.mostOf, engine.fused))
  let disposed = false
  const checkAlive = () => {
    if (disposed) throw new RerankerError('disposed', 'The reranker was disposed of. Load it again.')
  }

  async function computed(pairs: readonly EncodedPair[], { signal, turn = pauses() }: ComputeOptions) {
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

  function read(query: string, options: ReadOptions = {}): Pending {
    checkAlive()
    checkQuery(query)
    const asked = reading.query(instructed(query, form, options.instruction), options)
    const pairs: EncodedPair[] = []
    // a document's pairs are adjacent: document i has those from starts[i] to starts[i + 1]
    const starts = [0]
    const tokens: number[] = []
    const documents: RerankDocument[] = []
    // [pairs], once they are scored
    let scored: Float32Array | undefined
    return {
      tokens,
      add(document, most = Number.POSITIVE_INFINITY) {
        checkDocument(document, tokens.length)
        let sum = 0
        for (const text of reading.texts(asked, document, options)) {
          const pair = encoder.encode(asked, text, reading.mostOf(document))
          pairs.push(pair)
          sum += pair.tokens
          if (sum > most) break
        }
        starts.push(pairs.length)
        tokens.push(sum)
        documents.push(document)
        return sum
      },
      dropLast() {
        if (tokens.length === 0) return
        tokens.pop()
        documents.pop()
        starts.pop()
        pairs.length = starts.at(-1)!
      },
      async score(compute = {}) {
        const scores = await computed(pairs, compute)
        scored = scores
        return Float32Array.from(tokens, (_, index) =>
          Math.max(...scores.subarray(starts[index]!, starts[index + 1]!)),
        )
      },
      explain(index) {
        const document = documents[index]
        if (scored === undefined || document === undefined)
          throw new RangeError(`Document ${index} was not scored, so its score cannot be explained.`)
        const own = scored.subarray(starts[index]!, starts[index + 1]!)
        const best = own.indexOf(Math.max(...own))
        // the texts are made again, because only explained documents need them
        const pieces = [...reading.texts(asked, document, options)]
        return explainPair(
          form === undefined ? asked : query,
          pieces[best]!,
          pairs[starts[index]! + best]!,
          own[best]!,
        )
      },
    }
  }

  function prepare(query: string, documents: readonly RerankDocument[], options: ReadOptions = {}): Prepared {
    const pending = read(query, options)
    for (const document of documents) pending.add(document)
    return { tokens: Int32Array.from(pending.tokens), score: pending.score, explain: pending.explain }
  }

  return {
    config,
    manifest,
    engine: session.engine,
    read,
    estimate: (document, options = {}) => reading.estimate(document, options),
    prepare,
    score: async (query, documents, options = {}) => prepare(query, documents, options).score(options),
    async rank(query, documents, options = {}) {
      const { topN = documents.length, explain = false } = options
      if (!(Number.isInteger(topN) && topN >= 0))
        throw new RerankerError('input', `topN is ${topN}; wanted a whole number from 0.`)
      const prepared = prepare(query, documents, options)
      const results = [...(await prepared.score(options))]
        .map((score, index) => ({ index, score }))
        .sort((a, b) => b.score - a.score || a.index - b.index)
        .slice(0, topN)
        .map(
          (result): RankedDocument =>
            explain ? { ...result, explanation: prepared.explain(result.index) } : result,
        )
      return { results, tokens: prepared.tokens.reduce((sum, tokens) => sum + tokens, 0) }
    },
    relevance: (score) => sigmoid(fitted.slope * score + fitted.offset),
    vectors,
    heapBytes: () => session.heapBytes() + (vectors?.heapBytes ?? 0),
    async dispose() {
      if (disposed) return
      disposed = true
      await session.release()
    },
  }
}

/**
 * @param rows of the model's table of embeddings
 * @throws {RerankerError} code bundle: it is no tokenizer, or belongs to another model
 */
function openTokenizer(json: string, rows: unknown): Tokenizer {
  let tokenizer: Tokenizer
  try {
    tokenizer = loadTokenizer(json)
  } catch (cause) {
    throw new RerankerError('bundle', (cause as Error).message, { cause })
  }
  if (typeof rows === 'number' && tokenizer.vocabSize > rows)
    throw new RerankerError(
      'bundle',
      `tokenizer.json of the bundle has ids up to ${tokenizer.vocabSize - 1}, and the model has embeddings for ${rows} (vocab_size of ` +
        'config.json). Make the bundle again with the tokenizer of its model.',
    )
  return tokenizer
}

/**
 * Loads what finds the words that the model was trained with.
 * @throws {RerankerError} code bundle: it names an unknown analyzer
 */
async function loadWords({ disranker: { encoding } }: BundleConfig): Promise<void> {
  try {
    await loadAnalyzer(encoding.analyzer)
  } catch (cause) {
    throw new RerankerError('bundle', `config.json of the bundle: ${(cause as Error).message}`, { cause })
  }
}

/** @throws {RerankerError} code input */
function checkQuery(query: string): void {
  if (typeof query !== 'string' || query.trim() === '')
    throw new RerankerError('input', 'The query is empty. Wanted: a text.')
}

/** @throws {RerankerError} code input, naming the document */
function checkDocument(document: RerankDocument, index: number): void {
  if (typeof document === 'string') return
  if (typeof document !== 'object' || document === null)
    throw new RerankerError('input', `Document ${index} is no text and has no title or summary.`)
  for (const [name, part] of Object.entries({ title: document.title, summary: document.summary }))
    if (part !== undefined && typeof part !== 'string')
      throw new RerankerError('input', `Document ${index} has a ${name} that is no text.`)
}

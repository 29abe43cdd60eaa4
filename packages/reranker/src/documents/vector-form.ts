// The form `vectors` of a bundle: a sentence encoder next to the network. Vectors of documents are made once,
// when documents are published; a request encodes only its query, and a score is
//   vector * cos(query, document) + lexical * overlap + wide * cos(query, document) in the table of words
// without the network. All documents of a request need a vector for it: scores of the two forms cannot be compared.
import {
  createVectorEncoder,
  embeddedModules,
  type FusedModules,
  supportedShape,
  type VectorEncoder,
} from '@disranker/fused-encoder'
import { loadTokenizer, type PairEncoder } from '@disranker/tokenizer'
import type { BundleConfig, OpenedBundle, OpenedVectors } from '../bundle.ts'
import type { RerankDocument } from '../reading/reading.ts'
import { createTextReading } from '../reading/text-reading.ts'
import { RerankerError } from '../reranker-error.ts'
import { multiplyAdds } from '../session/multiply-adds.ts'
import { isWithoutNetwork } from '../session/table-session.ts'
import { sigmoid } from '../sigmoid.ts'
import { type DocumentVector, roundVector } from './document-vector.ts'
import { cosine, createWordsReader, type DocumentWords } from './document-words.ts'

export interface VectorForm {
  /** identifies the encoder, because vectors of another one cannot be used */
  readonly encoder: string
  readonly features: number
  /** the cost of a token of the encoder, in tokens of the network */
  readonly tokenCost: number
  /** estimated tokens that the encoder reads of a document, from its length alone */
  estimate(document: RerankDocument): number
  /** The vector of a document; its time grows with its tokens. */
  embed(document: RerankDocument): DocumentVector
  /** identifies the reader of words: words of another reader are made again */
  readonly reader: string
  /** The words of a document. */
  read(document: RerankDocument): DocumentWords
  /** Encodes the query, and scores documents with it. */
  open(query: string): VectorQuery
  /** A score as a relevance, 0 .. 1. */
  relevance(score: number): number
  /** bytes of the encoder's WebAssembly memory */
  readonly heapBytes: number
}

export interface VectorQuery {
  /** number of tokens that the encoder read */
  readonly tokens: number
  /**
   * One score; it depends only on the query and the document.
   * @param words of the document, if they were made before
   */
  score(document: RerankDocument, vector: DocumentVector, words?: DocumentWords): number
}

/** characters of a token, on average */
const TOKEN_CHARACTERS = 4

/**
 * Opens the encoder of a bundle.
 * @param pairs encoder of the network's pairs, whose words are used
 * @param mostOf tokens that are read of a document's summary
 * @throws {RerankerError} code bundle: the encoder is not supported
 */
export async function openVectorForm(
  bundle: OpenedBundle,
  vectors: OpenedVectors,
  pairs: PairEncoder,
  mostOf: (document: RerankDocument) => number,
  modules?: FusedModules,
): Promise<VectorForm> {
  const { config } = vectors
  const encoder = await openEncoder(vectors, modules)
  if (encoder.features !== config.features)
    throw damaged(`gives ${encoder.features} numbers, config.json says ${config.features}`)
  const read = createTextReading(loadTokenizer(vectors.tokenizer), config)
  const { vector: vectorWeight, lexical, wide } = config.weights
  const words = await createWordsReader(bundle, pairs, mostOf, { lexical: lexical !== 0, table: wide !== 0 })
  return {
    encoder: vectors.identity,
    features: config.features,
    tokenCost: multiplyAdds({ ...config.encoder }) / tokenCostOf(bundle.config),
    heapBytes: encoder.heapBytes,
    estimate: (document) =>
      Math.min(config.lengths.document, 2 + Math.ceil(textOf(document).length / TOKEN_CHARACTERS)),
    embed: (document) => roundVector(encoder.embed('document', read('document', textOf(document)))),
    reader: words.reader,
    read: words.read,
    open(query) {
      const ids = read('query', query)
      const asked = encoder.embed('query', ids)
      const compare = words.open(query)
      return {
        tokens: ids.length,
        score(document, vector, given) {
          const found = compare(given?.reader === words.reader ? given : words.read(document))
          return vectorWeight * cosine(asked, vector) + lexical * found.overlap + wide * found.cosine
        },
      }
    },
    relevance: (score) => sigmoid(config.relevance.slope * score + config.relevance.offset),
  }
}

async function openEncoder(
  { config, model, data }: OpenedVectors,
  modules?: FusedModules,
): Promise<VectorEncoder> {
  const shape = supportedShape(config.encoder)
  if (typeof shape === 'string') throw damaged(`is not computed here: ${shape}`)
  try {
    return createVectorEncoder(modules ?? (await embeddedModules()), { shape, model, data })
  } catch (cause) {
    throw damaged(`does not load: ${(cause as Error).message}`, cause)
  }
}

/**
 * multiply-adds that take as long as a token of a bundle without a network, which is mostly the time to find
 * its words
 */
const WORD_COST = 30_000

/** Multiply-adds of a token of the bundle that ranks documents without vectors. */
const tokenCostOf = (config: BundleConfig) => (isWithoutNetwork(config) ? WORD_COST : multiplyAdds(config))

/** A document as the encoder reads it: title and summary on separate lines. */
const textOf = (document: RerankDocument): string =>
  typeof document === 'string'
    ? document
    : [document.title, document.summary].filter((part) => part !== undefined && part !== '').join('\n')

const damaged = (what: string, cause?: unknown) =>
  new RerankerError(
    'bundle',
    `The sentence encoder of the bundle (encoder.onnx) ${what}. Make it again with \`npx turbo run vectors\`.`,
    { cause },
  )

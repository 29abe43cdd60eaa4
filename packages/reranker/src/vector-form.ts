// The form `vectors` of a bundle: a sentence encoder next to the network. Vectors of documents are made once, where documents are
// published; a request encodes its query alone, and a score is
//   vector * cos(query, document) + lexical * overlap + wide * table
// without the network. All documents of a request need a vector for it: scores of the two forms cannot be compared.
import {
  type BertConfig,
  createVectorEncoder,
  embeddedModules,
  type FusedModules,
  readStaticTerm,
  supportedShape,
  type VectorEncoder,
} from '@disranker/fused-encoder'
import { type EncodedPair, loadTokenizer } from '@disranker/tokenizer'
import type { OpenedBundle, OpenedVectors, VectorsConfig } from './bundle.ts'
import type { RerankDocument } from './reading.ts'
import { RerankerError } from './reranker-error.ts'
import { sigmoid } from './sigmoid.ts'
import { createTextReading } from './text-reading.ts'

/** A document's vector: `values[i] * scale`, a unit vector but for rounding. */
export interface DocumentVector {
  readonly values: Int8Array
  readonly scale: number
}

export interface VectorForm {
  /** names the encoder: vectors of another one mean nothing to this one */
  readonly encoder: string
  readonly features: number
  /** what a token of the encoder costs, in tokens of the network */
  readonly tokenCost: number
  /** about how many tokens the encoder reads of a document, told by its length alone */
  estimate(document: RerankDocument): number
  /** The vector of a document; takes as long as its tokens do. */
  embed(document: RerankDocument): DocumentVector
  /** Encodes the query, and scores documents with it. */
  open(query: string): VectorQuery
  /** A score as a relevance, 0 .. 1. */
  relevance(score: number): number
  /** bytes of the encoder's WebAssembly memory */
  readonly heapBytes: number
}

export interface VectorQuery {
  /** tokens that the encoder read */
  readonly tokens: number
  /** One score; it depends on nothing but the query and the document. */
  score(document: RerankDocument, vector: DocumentVector): number
}

/** characters of a token, on average */
const TOKEN_CHARACTERS = 4

/**
 * Opens the encoder of a bundle.
 * @param pairOf a query and a document as the network reads them: the overlap and the table are read from that
 * @throws {RerankerError} code bundle: it is no encoder that is computed here
 */
export async function openVectorForm(
  bundle: OpenedBundle,
  vectors: OpenedVectors,
  pairOf: (query: string, document: RerankDocument) => EncodedPair,
  modules?: FusedModules,
): Promise<VectorForm> {
  const { config } = vectors
  const encoder = await openEncoder(vectors, modules)
  if (encoder.features !== config.features)
    throw damaged(`gives ${encoder.features} numbers, config.json says ${config.features}`)
  const read = createTextReading(loadTokenizer(vectors.tokenizer), config)
  const table = staticCosine(bundle, config)
  const { vector: vectorWeight, lexical, wide } = config.weights
  return {
    encoder: vectors.identity,
    features: config.features,
    tokenCost: costOf(config.encoder) / costOf(bundle.config as unknown as BertConfig),
    heapBytes: encoder.heapBytes,
    estimate: (document) =>
      Math.min(config.lengths.document, 2 + Math.ceil(textOf(document).length / TOKEN_CHARACTERS)),
    embed: (document) => roundVector(encoder.embed('document', read('document', textOf(document)))),
    open(query) {
      const ids = read('query', query)
      const vector = encoder.embed('query', ids)
      return {
        tokens: ids.length,
        score(document, { values, scale }) {
          let dot = 0
          for (let at = 0; at < values.length; at++) dot += vector[at]! * values[at]!
          const score = vectorWeight * scale * dot
          if (lexical === 0 && table === undefined) return score
          const pair = pairOf(query, document)
          return score + lexical * pair.overlap + (table ? wide * table(pair.ids, pair.typeIds) : 0)
        },
      }
    },
    relevance: (score) => sigmoid(config.relevance.slope * score + config.relevance.offset),
  }
}

/** Rounds to int8, the largest number to 127. */
export function roundVector(vector: Float32Array): DocumentVector {
  let most = 0
  for (const value of vector) most = Math.max(most, Math.abs(value))
  const scale = most / 127 || 1
  return { values: Int8Array.from(vector, (value) => Math.round(value / scale)), scale }
}

async function openEncoder(
  { config, model, data }: OpenedVectors,
  modules?: FusedModules,
): Promise<VectorEncoder> {
  const shape = supportedShape(config.encoder)
  if (shape === undefined) throw damaged(`is ${config.encoder.model_type}; wanted BERT with GELU`)
  try {
    return createVectorEncoder(modules ?? (await embeddedModules()), { shape, model, data })
  } catch (cause) {
    throw damaged(`does not load: ${(cause as Error).message}`, cause)
  }
}

function staticCosine({ model, data }: OpenedBundle, { weights }: VectorsConfig) {
  if (weights.wide === 0) return undefined
  const table = readStaticTerm(model, data, 1)
  if (table === undefined)
    throw damaged('counts the table of words in its score, and the model of the bundle has none')
  return table
}

/** Multiply-adds of a token in the linear layers. */
const costOf = ({ num_hidden_layers, hidden_size: D, intermediate_size: F }: BertConfig) =>
  num_hidden_layers * (4 * D * D + 2 * D * F)

/** A document as the encoder reads it: title and summary on lines of their own. */
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

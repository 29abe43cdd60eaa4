// A model of sentences as a teacher: query and document embedded each by itself, the cosine between them. How states become
// an embedding is what its folder says (1_Pooling/config.json of sentence-transformers) unless the recipe does.
import { loadTokenizer, pairTemplateOf } from '@disranker/tokenizer'
import {
  createEncoder,
  type EncoderConfig,
  type Pooling,
  packBatch,
  readModelFolder,
} from '@disranker/transformer'
import { type Scorer, textOf } from '../scorer.ts'
import { type CheckpointOptions, checkLength } from './cross-encoder.ts'
import { poolingOf } from './pooling.ts'

export interface BiEncoderOptions extends CheckpointOptions {
  /** that of the folder when not given, and the mean where it says nothing */
  readonly pooling?: Pooling
  /** what the model was taught to see before a query and a document, such as "query: " and "passage: " */
  readonly queryPrefix?: string
  readonly documentPrefix?: string
}

/** embeddings of documents that are kept: they come again with other queries */
const REMEMBERED = 20_000

/**
 * Needs an open backend.
 * @throws {InputError} when it is no folder of a model, is pooled in a way that is not built, or reads shorter texts
 */
export function biEncoderScorer(folder: string, options: BiEncoderOptions): Scorer {
  const { maxLength, maxQuery, tokensPerBatch = 4096, queryPrefix = '', documentPrefix = '' } = options
  const pooling = options.pooling ?? poolingOf(folder)
  const { config, tensors, tokenizer: json } = readModelFolder<EncoderConfig>(folder)
  const network = createEncoder(config, { tensors })
  checkLength(folder, network.model.positions, maxLength)
  const tokenizer = loadTokenizer(json)
  const { start, end } = pairTemplateOf(json) ?? network.model.template
  const [first, last] = [start, end].map((tokens) => tokens.map((token) => tokenizer.idOf(token)!))
  const idsOf = (text: string, most: number) => [
    ...first!,
    ...tokenizer.encode(text).slice(0, most - first!.length - last!.length),
    ...last!,
  ]

  /** Unit vectors of texts, sorted by length, so that texts of a batch are alike. */
  function embed(texts: readonly string[], most: number): Float32Array[] {
    const rows = texts.map((text) => {
      const ids = Int32Array.from(idsOf(text, most))
      return { ids, typeIds: new Int32Array(ids.length) }
    })
    const order = rows.map((_, at) => at).sort((a, b) => rows[a]!.ids.length - rows[b]!.ids.length)
    const vectors = new Array<Float32Array>(rows.length)
    for (let from = 0; from < order.length; ) {
      let to = from + 1
      while (to < order.length && (to + 1 - from) * rows[order[to]!]!.ids.length <= tokensPerBatch) to++
      const batch = order.slice(from, to)
      // read outside a tidy, which would look for tensors among all these numbers
      const embedded = network.embed(packBatch(batch.map((at) => rows[at]!)), pooling)
      const values = embedded.dataSync()
      embedded.dispose()
      const width = values.length / batch.length
      for (const [row, at] of batch.entries())
        vectors[at] = unit(values.slice(row * width, (row + 1) * width) as Float32Array)
      from = to
    }
    return vectors
  }

  let remembered = new Map<string, Float32Array>()
  const documentsOf = (texts: readonly string[]) => {
    const fresh = [...new Set(texts)].filter((text) => !remembered.has(text))
    if (remembered.size + fresh.length > REMEMBERED) {
      const known = texts.flatMap((text) =>
        remembered.has(text) ? [[text, remembered.get(text)!] as const] : [],
      )
      remembered = new Map(known)
    }
    for (const [at, vector] of embed(fresh, maxLength).entries()) remembered.set(fresh[at]!, vector)
    return texts.map((text) => remembered.get(text)!)
  }
  return {
    async score(pairs, signal) {
      signal?.throwIfAborted()
      const asked = [...new Set(pairs.map(({ query }) => query))]
      const vectors = embed(
        asked.map((query) => queryPrefix + query),
        maxQuery,
      )
      const queries = new Map(asked.map((query, at) => [query, vectors[at]!]))
      const documents = documentsOf(pairs.map(({ document }) => documentPrefix + textOf(document)))
      return Float64Array.from(pairs, ({ query }, at) => cosine(queries.get(query)!, documents[at]!))
    },
    close: () => network.dispose(),
  }
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector) || 1
  return vector.map((value) => value / length)
}

const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, at) => sum + value * b[at]!, 0)

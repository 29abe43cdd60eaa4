// A sentence encoder as a teacher: query and document are embedded separately, the score is their cosine.
import type { TextPooling } from '@disranker/checkpoint'
import { type Scorer, textOf } from '../scorer.ts'
import type { CheckpointOptions } from './cross-encoder.ts'
import { openTextEncoder } from './text-encoder.ts'

export interface BiEncoderOptions extends CheckpointOptions {
  /** by default that of the folder; if it has none the mean, for a decoder the last token */
  readonly pooling?: TextPooling
  /** the model's prefixes of a query and a document, such as "query: " and "passage: " */
  readonly queryPrefix?: string
  readonly documentPrefix?: string
}

/** number of cached document embeddings: the same documents appear with other queries */
const REMEMBERED = 20_000

/**
 * Needs an open backend.
 * @throws {InputError} when it is no folder of a model, its pooling is not supported, or its maximal length
 * is shorter
 */
export function biEncoderScorer(folder: string, options: BiEncoderOptions): Scorer {
  const { maxLength, maxQuery, queryPrefix, documentPrefix, pooling, tokensPerBatch } = options
  const encoder = openTextEncoder(folder, {
    lengths: { query: maxQuery, document: maxLength },
    prefixes: {
      ...(queryPrefix !== undefined && { query: queryPrefix }),
      ...(documentPrefix !== undefined && { document: documentPrefix }),
    },
    ...(pooling && { pooling }),
    ...(tokensPerBatch && { tokensPerBatch }),
  })
  let remembered = new Map<string, Float32Array>()
  const documentsOf = (texts: readonly string[]) => {
    const fresh = [...new Set(texts)].filter((text) => !remembered.has(text))
    if (remembered.size + fresh.length > REMEMBERED) {
      const known = texts.flatMap((text) =>
        remembered.has(text) ? [[text, remembered.get(text)!] as const] : [],
      )
      remembered = new Map(known)
    }
    for (const [at, vector] of encoder.embed('document', fresh).entries()) remembered.set(fresh[at]!, vector)
    return texts.map((text) => remembered.get(text)!)
  }
  return {
    async score(pairs, signal) {
      signal?.throwIfAborted()
      const asked = [...new Set(pairs.map(({ query }) => query))]
      const vectors = encoder.embed('query', asked)
      const queries = new Map(asked.map((query, at) => [query, vectors[at]!]))
      const documents = documentsOf(pairs.map(({ document }) => textOf(document)))
      return Float64Array.from(pairs, ({ query }, at) => cosine(queries.get(query)!, documents[at]!))
    },
    close: encoder.close,
  }
}

const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, at) => sum + value * b[at]!, 0)

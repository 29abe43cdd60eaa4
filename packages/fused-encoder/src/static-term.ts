// The static bi-encoder that is added to the network, as in packages/onnx/src/graph/static-term.ts: the
// cosine between the sum of the query's rows and that of the document's. It takes a few thousand
// multiply-adds for each text, so it is plain JavaScript.
import { readOnnxWeights } from './onnx-weights.ts'

export interface StaticWeights {
  readonly features: number
  /** [vocabulary, features], `row * scale` */
  readonly rows: Int8Array | Float32Array
  /** [vocabulary] */
  readonly scales: Float32Array
  /** [types, 2]: whether a type belongs to the query, to the document */
  readonly sides: Float32Array
  readonly weight: number
}

const LEAST = 1e-12

/** Its term in a text's logit; ids and types must exist in the model. */
export type StaticTerm = (ids: ArrayLike<number>, typeIds: ArrayLike<number>) => number

/** The sum of the rows of a text's tokens on one side. */
type StaticSum = (
  side: 'query' | 'document',
  ids: ArrayLike<number>,
  typeIds: ArrayLike<number>,
) => Float64Array

function createStaticSum({ features: F, rows, scales, sides }: Omit<StaticWeights, 'weight'>): StaticSum {
  return (side, ids, typeIds) => {
    const to = new Float64Array(F)
    const place = side === 'query' ? 0 : 1
    for (let token = 0; token < ids.length; token++) {
      if (sides[2 * typeIds[token]! + place] !== 1) continue
      const from = ids[token]! * F
      const scale = scales[ids[token]!]!
      for (let at = 0; at < F; at++) to[at]! += rows[from + at]! * scale
    }
    return to
  }
}

export function createStaticTerm({ weight, ...table }: StaticWeights): StaticTerm {
  const F = table.features
  const sum = createStaticSum(table)
  return (ids, typeIds) => {
    const [query, document] = [sum('query', ids, typeIds), sum('document', ids, typeIds)]
    let [qq, qd, dd] = [0, 0, 0]
    for (let at = 0; at < F; at++) {
      const [q, d] = [query[at]!, document[at]!]
      qq += q * q
      qd += q * d
      dd += d * d
    }
    return (weight * qd) / Math.max(Math.sqrt(qq * dd), LEAST)
  }
}

/**
 * The two sums whose cosine is the static bi-encoder of a bundle's graph, for documents that are read before
 * their queries.
 * @returns undefined if the graph has none
 * @throws {Error} the file is truncated
 */
export function readStaticSum(model: Uint8Array, data: Uint8Array): StaticSum | undefined {
  const weights = readWeights(model, data)
  return weights && createStaticSum(weights)
}

/**
 * The static bi-encoder of a bundle's graph, in int8 or float32, for engines that compute the whole graph
 * without its parts. It keeps a copy of the table and nothing else of the files.
 * @returns undefined if the graph has none
 * @throws {Error} the file is truncated
 */
export function readStaticTerm(model: Uint8Array, data: Uint8Array): StaticTerm | undefined {
  const weights = readWeights(model, data)
  return weights && createStaticTerm(weights)
}

function readWeights(model: Uint8Array, data: Uint8Array): StaticWeights | undefined {
  const { weights } = readOnnxWeights(model, data)
  const floats = (name: string) => {
    const found = weights.get(name)
    return found && new Float32Array(Uint8Array.from(found.bytes).buffer)
  }
  const sides = floats('wide.types')
  const weight = floats('wide.weight')?.[0]
  if (sides === undefined || weight === undefined) return undefined
  const table = 'wide.embeddings.weight'
  const shape = (weights.get(`${table}_quantized`) ?? weights.get(table))?.shape
  const bytes = weights.get(`${table}_quantized`)?.bytes
  const rows = bytes === undefined ? floats(table) : new Int8Array(bytes.slice().buffer)
  if (shape === undefined || rows === undefined) return undefined
  const [vocabulary, features] = shape as [number, number]
  const scales = floats(`${table}_scale`) ?? new Float32Array(vocabulary).fill(1)
  return { features, rows, scales, sides, weight }
}

// Encoders in TensorFlow.js: implements the operations of an architecture for one batch.
//   N tokens of all texts, concatenated, T rows of a matrix of attention, D features
import {
  attention,
  embedding,
  gelu,
  layerNorm,
  linear,
  mergeHeads,
  rope,
  splitHeads,
} from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'
import { columnsOf, startsOf, type TokenBatch } from '../token-batch.ts'
import type { Parameters } from '../weights.ts'
import type { Activation, DenseOptions, EncoderOperations } from './encoder-operations.ts'
import { fakeBytes, fakeRows } from './fake-quantization.ts'

const ACTIVATIONS: Readonly<Record<Activation, (x: tf.Tensor2D) => tf.Tensor2D>> = {
  gelu,
  // Hendrycks and Gimpel's approximation by a hyperbolic tangent
  gelu_new: (x) => {
    const inner = tf.mul(tf.add(x, tf.mul(tf.mul(tf.mul(x, x), x), 0.044715)), Math.sqrt(2 / Math.PI))
    return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1))
  },
  relu: (x) => tf.relu(x),
  silu: (x) => tf.mul(x, tf.sigmoid(x)),
  tanh: (x) => tf.tanh(x),
}

export interface TensorOptions {
  /** rounds weights and activations like int8, where the ONNX graph has int8; gradients ignore the rounding */
  readonly int8?: boolean
}

/** The caller's `tf.tidy` disposes of all tensors. */
export function tensorOperations(
  weights: Parameters,
  batch: TokenBatch,
  { int8 = false }: TensorOptions = {},
): EncoderOperations<tf.Tensor2D> {
  const { rows, columns } = batch
  const lengths = tf.tensor1d(batch.lengths, 'int32')
  const w = <T extends tf.Tensor>(name: string) => weights.get(name) as unknown as T
  const ids = (values: Int32Array) => tf.tensor1d(values, 'int32')

  // a layer without a site is in float32 at every precision
  const rounded = (x: tf.Tensor2D, site: string | undefined) =>
    int8 && site !== undefined ? fakeBytes(x) : x
  const matrix = (name: string, site: string | undefined) =>
    int8 && site !== undefined ? fakeRows(w(name)) : w<tf.Tensor2D>(name)
  const product = (x: tf.Tensor2D, name: string, bias: boolean, site: string | undefined) =>
    linear(x, matrix(`${name}.weight`, site), bias ? w<tf.Tensor1D>(`${name}.bias`) : undefined)
  const dense = (x: tf.Tensor2D, name: string, { bias = true, activation, site }: DenseOptions = {}) => {
    const y = product(rounded(x, site), name, bias, site)
    if (activation === undefined) return y
    // int8's operator uses the hyperbolic tangent for both forms of the GELU
    return ACTIVATIONS[int8 && site !== undefined && activation === 'gelu' ? 'gelu_new' : activation](y)
  }
  const norm = (x: tf.Tensor2D, name: string, options: { epsilon: number; bias?: boolean }) => {
    const gamma = w<tf.Tensor1D>(`${name}.weight`)
    const beta = options.bias === false ? tf.zerosLike(gamma) : w<tf.Tensor1D>(`${name}.bias`)
    return layerNorm(x, gamma, beta, options.epsilon)
  }
  const firstToken = (x: tf.Tensor2D) => embedding(x, ids(startsOf(batch)))

  return {
    dense,
    norm,
    firstToken,
    words: (table) => embedding(matrix(`${table}.weight`, 'words'), ids(batch.ids)),
    types: (table) => embedding(w(`${table}.weight`), ids(batch.typeIds)),
    addPositions: (x, table, from) =>
      tf.add(x, embedding(w(`${table}.weight`), ids(columnsOf(batch).map((column) => from + column)))),
    add: (a, b) => tf.add(a, b),
    multiply: (a, b) => tf.mul(a, b),
    addNorm: (x, skip, name, options) => norm(tf.add(skip, x), name, options),
    activate: (x, activation) => ACTIVATIONS[activation](x),
    halves: (x) => tf.split(x, 2, 1) as [tf.Tensor2D, tf.Tensor2D],
    attention(given, { projections, heads, site, bias = true, rope: theta, window, first: firstOnly }) {
      const x = rounded(given, site)
      // with a window the position of a query among the keys matters
      const alone = firstOnly && typeof projections !== 'string' && window === undefined
      let parts: tf.Tensor2D[]
      if (typeof projections === 'string') parts = tf.split(product(x, projections, bias, site), 3, 1)
      else {
        const [query, key, value] = projections
        parts = [
          product(alone ? firstToken(x) : x, query, bias, site),
          product(x, key, bias, site),
          product(x, value, bias, site),
        ]
      }
      const queries = alone ? { lengths: new Int32Array(rows).fill(1), columns: 1 } : batch
      const turn = (part: tf.Tensor3D) => (theta === undefined ? part : rope(part, theta))
      // [rows * heads, T, d]
      const q = turn(splitHeads(parts[0]!, queries, heads))
      const k = turn(splitHeads(parts[1]!, batch, heads))
      const v = splitHeads(parts[2]!, batch, heads)
      const mixed = attention(q, k, v, { heads, lengths, reach: window })
      const merged = mergeHeads(mixed, queries, heads)
      return firstOnly && !alone ? firstToken(merged) : merged
    },
    meanToken(x) {
      const shares = Float32Array.from(
        { length: rows * columns },
        (_, at) => 1 / batch.lengths[Math.floor(at / columns)]!,
      )
      const sum = tf.matMul(tf.tensor3d(shares, [rows, 1, columns]), splitHeads(x, batch, 1))
      return tf.reshape(sum, [rows, x.shape[1]])
    },
    pooled: (x) => x,
    margin: (x, relevant) =>
      tf.sub(tf.slice(x, [0, relevant], [-1, 1]), tf.slice(x, [0, 1 - relevant], [-1, 1])),
  }
}

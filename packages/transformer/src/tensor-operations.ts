// Encoders in TensorFlow.js: the operations an architecture is written in, computed for one batch.
//   N = rows * T tokens, D features
import {
  attention,
  embedding,
  type FrozenMatrix,
  gelu,
  isFrozen,
  layerNorm,
  linear,
  mergeHeads,
  rope,
  splitHeads,
} from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'
import type { Activation, DenseOptions, EncoderOperations } from './encoder-operations.ts'
import { fakeBytes, fakeRows } from './fake-quantization.ts'
import type { TokenBatch } from './token-batch.ts'
import type { Parameters } from './weights.ts'

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
  /** rounds weights and activations as int8 would, where the ONNX graph has them in int8; gradients ignore the rounding */
  readonly int8?: boolean
}

/** Everything made is left to the caller's `tf.tidy`. */
export function tensorOperations(
  weights: Parameters,
  batch: TokenBatch,
  { int8 = false }: TensorOptions = {},
): EncoderOperations<tf.Tensor2D> {
  const { rows, columns } = batch
  const lengths = tf.tensor1d(batch.lengths, 'int32')
  const w = <T extends tf.Tensor>(name: string) => weights.get(name) as unknown as T
  const ids = (values: Int32Array) => tf.tensor1d(values, 'int32')
  const first = () => ids(Int32Array.from({ length: rows }, (_, row) => row * columns))

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
    // int8's operator takes the hyperbolic tangent for both forms of the GELU
    return ACTIVATIONS[int8 && site !== undefined && activation === 'gelu' ? 'gelu_new' : activation](y)
  }
  const norm = (x: tf.Tensor2D, name: string, options: { epsilon: number; bias?: boolean }) => {
    const gamma = w<tf.Tensor1D>(`${name}.weight`)
    const beta = options.bias === false ? tf.zerosLike(gamma) : w<tf.Tensor1D>(`${name}.bias`)
    return layerNorm(x, gamma, beta, options.epsilon)
  }
  const firstToken = (x: tf.Tensor2D) => embedding(x, first())

  return {
    dense,
    norm,
    firstToken,
    words: (table) => embedding(matrix(`${table}.weight`, 'words'), ids(batch.ids)),
    types: (table) => embedding(w(`${table}.weight`), ids(batch.typeIds)),
    addPositions(x, table, from) {
      const places = weights.get(`${table}.weight`) as tf.Tensor2D | FrozenMatrix
      const D = places.shape[1]
      const known = Math.min(columns, places.shape[0] - from)
      const rowsOf = () =>
        isFrozen(places)
          ? tf.tensor2d(places.rows(from, from + known), [known, D])
          : tf.slice(places, [from, 0], [known, D])
      // columns behind the last known place can only be padding, which checkBatch has seen to
      const place = tf.pad(rowsOf(), [
        [0, columns - known],
        [0, 0],
      ]) // [T, D]
      return tf.reshape(tf.add(tf.reshape(x, [rows, columns, D]), place), [rows * columns, D])
    },
    add: (a, b) => tf.add(a, b),
    multiply: (a, b) => tf.mul(a, b),
    addNorm: (x, skip, name, options) => norm(tf.add(skip, x), name, options),
    activate: (x, activation) => ACTIVATIONS[activation](x),
    halves: (x) => tf.split(x, 2, 1) as [tf.Tensor2D, tf.Tensor2D],
    attention(given, { projections, heads, site, bias = true, rope: theta, window, first: firstOnly }) {
      const x = rounded(given, site)
      let parts: [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D]
      if (typeof projections === 'string')
        parts = tf.split(product(x, projections, bias, site), 3, 1) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D]
      else {
        const [query, key, value] = projections
        parts = [
          product(firstOnly ? firstToken(x) : x, query, bias, site),
          product(x, key, bias, site),
          product(x, value, bias, site),
        ]
      }
      const turn = (part: tf.Tensor3D) => (theta === undefined ? part : rope(part, theta))
      // [rows * heads, T, d]
      const [q, k, v] = parts.map((part) => splitHeads(part, rows, heads)) as [
        tf.Tensor3D,
        tf.Tensor3D,
        tf.Tensor3D,
      ]
      const mixed =
        window !== undefined && columns > window + 1
          ? windowedAttention(turn(q), turn(k), v, { rows, heads, lengths, window })
          : attention(turn(q), turn(k), v, { heads, lengths })
      const merged = mergeHeads(mixed, heads)
      return firstOnly && merged.shape[0] !== rows ? firstToken(merged) : merged
    },
    meanToken(x) {
      const D = x.shape[1]
      const mask = tf.cast(
        tf.less(tf.range(0, columns, 1, 'int32'), tf.reshape(lengths, [rows, 1])),
        'float32',
      )
      const weights = tf.div(mask, tf.reshape(tf.cast(lengths, 'float32'), [rows, 1])) // [rows, T]
      const sum = tf.matMul(tf.reshape(weights, [rows, 1, columns]), tf.reshape(x, [rows, columns, D]))
      return tf.reshape(sum, [rows, D])
    },
    pooled: (x) => x,
    margin: (x) => tf.sub(tf.slice(x, [0, 1], [-1, 1]), tf.slice(x, [0, 0], [-1, 1])),
  }
}

/** Attention in which a token sees only those at most `window` places away. */
function windowedAttention(
  q: tf.Tensor3D,
  k: tf.Tensor3D,
  v: tf.Tensor3D,
  options: { rows: number; heads: number; lengths: tf.Tensor1D; window: number },
): tf.Tensor3D {
  const { rows, heads, lengths, window } = options
  const [matrices, T, d] = q.shape
  const place = tf.range(0, T, 1, 'int32')
  const far = tf.greater(tf.abs(tf.sub(place, tf.reshape(place, [T, 1]))), window) // [T, T]
  const padding = tf.greaterEqual(place, tf.reshape(lengths, [rows, 1, 1, 1]))
  const hidden = tf.mul(tf.cast(tf.logicalOr(far, padding), 'float32'), -1e9) // [rows, 1, T, T]
  const scores = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(d))
  const masked = tf.add(tf.reshape(scores, [rows, heads, T, T]), hidden)
  return tf.matMul(tf.reshape(tf.softmax(masked), [matrices, T, T]) as tf.Tensor3D, v)
}

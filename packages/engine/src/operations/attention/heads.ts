// Converts between the two layouts of an attention layer: concatenated texts with the features of all heads
// (for the dense layers, without padding) and one matrix for each head (for the products of attention),
// padded with zeros.
//   N = tokens of all texts, T = columns, d head size
import * as tf from '@tensorflow/tfjs'
import { differentiable } from '../differentiable.ts'
import type { TextLengths } from '../fused-operations.ts'
import { fusedOperations } from '../fused-operations.ts'

/**
 * [N, heads * d] -> [texts * heads, T, d], zeros after a text's end.
 * @throws {Error} when the lengths do not sum to the rows of x, or one is more than the columns
 */
export function splitHeads(x: tf.Tensor2D, texts: TextLengths, heads: number): tf.Tensor3D {
  checkLengths(texts, x.shape[0])
  const fused = fusedOperations().splitHeads
  if (fused) return fused(x, texts, heads)
  return differentiable<tf.Tensor3D>([x], () => ({
    value: split(x, texts, heads),
    gradFunc: (dy) => merge(dy as tf.Tensor3D, texts, heads),
  }))
}

/** [texts * heads, T, d] -> [N, heads * d], the inverse of `splitHeads`. */
export function mergeHeads(x: tf.Tensor3D, texts: TextLengths, heads: number): tf.Tensor2D {
  const fused = fusedOperations().mergeHeads
  if (fused) return fused(x, texts, heads)
  return differentiable<tf.Tensor2D>([x], () => ({
    value: merge(x, texts, heads),
    gradFunc: (dy) => split(dy as tf.Tensor2D, texts, heads),
  }))
}

/**
 * [N]: the row of each token in [texts * T] when every text has T rows; undefined when every text has T
 * tokens.
 */
function paddedPositions({ lengths, columns }: TextLengths): Int32Array | undefined {
  if (lengths.every((length) => length === columns)) return undefined
  return Int32Array.from(
    [...lengths].flatMap((length, text) => Array.from({ length }, (_, t) => text * columns + t)),
  )
}

function split(x: tf.Tensor2D, texts: TextLengths, heads: number): tf.Tensor3D {
  const [rows, T, d] = [texts.lengths.length, texts.columns, x.shape[1] / heads]
  return tf.tidy(() => {
    const positions = paddedPositions(texts)
    const padded = positions === undefined ? x : withPadding(x, positions, rows * T)
    return tf.reshape(tf.transpose(tf.reshape(padded, [rows, T, heads, d]), [0, 2, 1, 3]), [
      rows * heads,
      T,
      d,
    ])
  })
}

/**
 * x [N, D] -> [rows, D]: its rows at their positions, zeros elsewhere. It uses gather, because the segment
 * sum takes TensorFlow.js's plain backend rows * N * D steps
 */
function withPadding(x: tf.Tensor2D, positions: Int32Array, rows: number): tf.Tensor2D {
  const [N, D] = x.shape
  const from = new Int32Array(rows).fill(N)
  for (const [row, position] of positions.entries()) from[position] = row
  return tf.gather(tf.concat([x, tf.zeros<tf.Rank.R2>([1, D])]), tf.tensor1d(from, 'int32'))
}

function merge(x: tf.Tensor3D, texts: TextLengths, heads: number): tf.Tensor2D {
  const [rows, T, d] = [texts.lengths.length, x.shape[1], x.shape[2]]
  return tf.tidy(() => {
    const swapped = tf.transpose(tf.reshape(x, [rows, heads, T, d]), [0, 2, 1, 3])
    const padded: tf.Tensor2D = tf.reshape(swapped, [rows * T, heads * d])
    const positions = paddedPositions(texts)
    return positions === undefined ? padded : tf.gather(padded, tf.tensor1d(positions, 'int32'))
  })
}

function checkLengths({ lengths, columns }: TextLengths, tokens: number): void {
  const sum = lengths.reduce((sum, length) => sum + length, 0)
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0)
  if (sum !== tokens || longest > columns)
    throw new Error(
      `splitHeads: texts of ${sum} tokens in all, the longest of ${longest}; wanted ${tokens} in all and at most ${columns} each`,
    )
}

// Scores many texts with one network: sorted by length, so that the matrices of attention fit them, in batches of a bounded
// number of tokens.
import * as tf from '@tensorflow/tfjs'
import { packBatch, type TokenBatch } from './token-batch.ts'

export interface ScoredNetwork {
  /** [rows] */
  score(batch: TokenBatch): tf.Tensor1D
}

export interface TokenPair {
  readonly ids: Int32Array
  readonly typeIds: Int32Array
}

/** Tokens whose activations fit into a processor's cache: larger batches take a seventh longer. */
const CACHED = 1024

/**
 * One score for each pair, in the order of `pairs`.
 * @param most maximal tokens of a batch, with padding to the longest text: bounds the memory; in WebAssembly
 * batches are smaller
 */
export function scorePairs(network: ScoredNetwork, pairs: readonly TokenPair[], most = 4096): Float32Array {
  // TensorFlow's library, especially on a GPU, is faster with larger batches
  const tokens = tf.getBackend() === 'tensorflow' ? most : Math.min(most, CACHED)
  const order = pairs
    .map((_, index) => index)
    .sort((a, b) => pairs[a]!.ids.length - pairs[b]!.ids.length || a - b)
  const scores = new Float32Array(pairs.length)
  for (let from = 0; from < order.length; ) {
    let to = from + 1
    while (to < order.length && (to + 1 - from) * pairs[order[to]!]!.ids.length <= tokens) to++
    const batch = order.slice(from, to)
    const values = tf.tidy(() => network.score(packBatch(batch.map((index) => pairs[index]!))).dataSync())
    batch.forEach((index, row) => {
      scores[index] = values[row]!
    })
    from = to
  }
  return scores
}

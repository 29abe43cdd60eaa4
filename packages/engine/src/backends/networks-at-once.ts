// The number of network copies that score texts in parallel.
import { availableParallelism } from 'node:os'
import { threadsWanted } from '@disranker/stage'
import * as tf from '@tensorflow/tfjs'

/**
 * number of weights: the products of a larger network can use several threads, and its copies would need much
 * memory
 */
const SMALL = 2 ** 25
/** fewer texts are scored in less time than threads need to start */
const WORTH_TEXTS = 2000
/** each has its own heap */
const MOST = 8

/**
 * Needs an open backend.
 * @param weights of the network
 * @param texts number of texts to score
 * @returns on the wasm backend one copy for each thread if the network is small and the texts are many; else
 * 1
 */
export function networksAtOnce(
  weights: Iterable<{ readonly shape: readonly number[] }>,
  texts: number,
): number {
  if (!tf.getBackend().startsWith('disranker') || texts < WORTH_TEXTS) return 1
  let numbers = 0
  for (const { shape } of weights) numbers += shape.reduce((size, side) => size * side, 1)
  return numbers > SMALL ? 1 : Math.min(MOST, threadsWanted() ?? availableParallelism())
}

// How many copies of a network compute in parallel while texts are scored.
import { availableParallelism } from 'node:os'
import { threadsWanted } from '@disranker/stage'
import * as tf from '@tensorflow/tfjs'

/** numbers of the weights: the products of a larger network are worth several threads, and its copies would take the memory */
const SMALL = 2 ** 25
/** fewer are scored before threads have started */
const WORTH_TEXTS = 2000
/** each has its own heap */
const MOST = 8

/**
 * Needs an open backend.
 * @param weights of the network
 * @param texts that will be scored
 * @returns on the wasm backend one for each thread, where the network is small and the texts are many; else 1
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

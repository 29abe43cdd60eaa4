import { openBackend } from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, expect, test } from 'vitest'
import { scorePairs } from './score-pairs.ts'
import { startsOf, type TokenBatch } from './token-batch.ts'

beforeAll(() => openBackend('cpu'))

const texts = [3, 17, 1, 9, 8, 2, 30].map((length, index) => ({
  ids: Int32Array.from({ length }, () => index),
  typeIds: new Int32Array(length),
}))

/** A network that scores a text by its first id and its length, and keeps the shapes it saw. */
function recorder() {
  const seen: [rows: number, longest: number][] = []
  const score = (batch: TokenBatch) => {
    const { ids, lengths, rows } = batch
    seen.push([rows, Math.max(...lengths)])
    return tf.tensor1d(
      startsOf(batch).map((start, row) => 100 * ids[start]! + lengths[row]!),
      'float32',
    )
  }
  return { score, seen }
}

test('scores are in the order of the texts', () => {
  const wanted = [3, 117, 201, 309, 408, 502, 630]
  for (const tokens of [1, 32, 4096]) expect([...scorePairs(recorder(), texts, tokens)]).toEqual(wanted)
  expect(scorePairs(recorder(), [])).toEqual(new Float32Array(0))
})

test('batches are of like lengths and of a bounded number of tokens', () => {
  const network = recorder()
  scorePairs(network, texts, 32)
  expect(network.seen).toEqual([
    [4, 8],
    [1, 9],
    [1, 17],
    [1, 30],
  ])
})

test('leaves no tensor behind', () => {
  const before = tf.memory().numTensors
  scorePairs(recorder(), texts, 16)
  expect(tf.memory().numTensors).toBe(before)
})

import { openBackend } from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, expect, it } from 'vitest'
import { createCorpusSoftmax } from './corpus-softmax.ts'

beforeAll(() => openBackend('cpu'))

/** two documents of five words; no document has words 0, 3 and 4 */
const bags = Float32Array.of(0, 0.6, 0.8, 0, 0, 0, 0, 1, 0, 0)
const query = Float32Array.of(0.5, 0.5, 0, 0.5, 0.5)

it('scores by the embeddings of all words of both sides, of words that no document has, too', () => {
  const softmax = createCorpusSoftmax(bags, 2, 3, 1)
  const embedding = softmax.weights.get('embedding.weight')!.arraySync() as number[][]
  const scores = tf.tidy(() => softmax.score(query, 1).arraySync())
  const sum = (bag: Float32Array) =>
    [0, 1, 2].map((feature) => embedding.reduce((total, row, word) => total + bag[word]! * row[feature]!, 0))
  const asked = sum(query)
  for (const [document, score] of scores[0]!.entries()) {
    const own = sum(bags.subarray(5 * document, 5 * document + 5))
    const dot = own.reduce((total, value, feature) => total + value * asked[feature]!, 0)
    // the scale begins at 8, vectors and biases of documents at 0
    expect(score).toBeCloseTo(8 * dot, 5)
  }
  const variables = [...softmax.weights.values()]
  const { grads } = tf.variableGrads(() => tf.sum(tf.square(softmax.score(query, 1))) as tf.Scalar, variables)
  const moved = tf.tidy(() => tf.sum(tf.abs(Object.values(grads)[0]!), 1).arraySync()) as number[]
  expect(moved.map((value) => value > 0)).toEqual([true, true, true, true, true])
  tf.dispose(grads)
  const before = tf.memory().numTensors
  softmax.dispose()
  expect(before - tf.memory().numTensors).toBe(6)
})

import { openBackend, packBags } from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, expect, it } from 'vitest'
import { createCorpusSoftmax } from './corpus-softmax.ts'

beforeAll(() => openBackend('cpu'))

/** two documents of five words; no document has words 0, 3 and 4 */
const bags = packBags([[1, 2], [2]], [[0.6, 0.8], [1]])
const query = packBags([[0, 1, 3, 4]], [[0.5, 0.5, 0.5, 0.5]])

it('scores by the embeddings of all words of both sides, of words that no document has, too', () => {
  const before = tf.memory().numTensors
  const softmax = createCorpusSoftmax(bags, 5, 3, 1)
  const embedding = softmax.weights.get('embedding.weight')!.arraySync() as number[][]
  const scores = tf.tidy(() => softmax.score(query).arraySync())
  const sum = (...words: [number, number][]) =>
    [0, 1, 2].map((feature) =>
      words.reduce((total, [word, by]) => total + by * embedding[word]![feature]!, 0),
    )
  const asked = sum([0, 0.5], [1, 0.5], [3, 0.5], [4, 0.5])
  for (const [document, own] of [sum([1, 0.6], [2, 0.8]), sum([2, 1])].entries()) {
    const dot = own.reduce((total, value, feature) => total + value * asked[feature]!, 0)
    // the scale begins at 8, vectors and biases of documents at 0
    expect(scores[0]![document]).toBeCloseTo(8 * dot, 5)
  }
  const variables = [...softmax.weights.values()]
  const { value, grads } = tf.variableGrads(
    () => tf.sum(tf.square(softmax.score(query))) as tf.Scalar,
    variables,
  )
  const moved = tf.tidy(() => tf.sum(tf.abs(Object.values(grads)[0]!), 1).arraySync()) as number[]
  expect(moved.map((value) => value > 0)).toEqual([true, true, true, true, true])
  tf.dispose([value, ...Object.values(grads)])
  softmax.dispose()
  expect(tf.memory().numTensors).toBe(before)
})

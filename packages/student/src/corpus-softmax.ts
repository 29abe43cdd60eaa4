// The weights of the bag-of-words baseline and the scores they give.
import { seededBy } from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'

export interface CorpusSoftmax {
  readonly weights: ReadonlyMap<string, tf.Variable>
  /**
   * @param queries [rows * words], bags of words
   * @returns [rows, documents]
   */
  score(queries: Float32Array, rows: number): tf.Tensor2D
  dispose(): void
}

/** @param bags [documents * words], the documents as bags of words */
export function createCorpusSoftmax(
  bags: Float32Array,
  documents: number,
  features: number,
  seed: number,
): CorpusSoftmax {
  const words = bags.length / documents
  const random = seededBy(seed, 'towers')
  const fixed = tf.tensor2d(bags, [documents, words])
  const normal = Float32Array.from({ length: words * features }, () => 0.1 * random.normal())
  const variable = (start: () => tf.Tensor) => tf.tidy(() => tf.variable(start()))
  const weights = new Map<string, tf.Variable>([
    ['embedding.weight', variable(() => tf.tensor2d(normal, [words, features]))],
    ['documents.weight', variable(() => tf.zeros([documents, features]))],
    ['documents.bias', variable(() => tf.zeros([documents]))],
    // exp of it: where the scout's runs ended up
    ['scale', variable(() => tf.tensor1d([Math.log(8)]))],
  ])
  const [embedding, own, bias, scale] = [...weights.values()] as unknown as [
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Tensor1D,
    tf.Tensor1D,
  ]
  return {
    weights,
    score: (queries, rows) =>
      tf.tidy(() => {
        const q = tf.matMul(tf.tensor2d(queries, [rows, words]), embedding)
        const d = tf.add(tf.matMul(fixed, embedding), own)
        const z = tf.mul(tf.matMul(q, d as tf.Tensor2D, false, true), tf.exp(scale))
        return tf.add(z, bias)
      }),
    dispose() {
      fixed.dispose()
      for (const weight of weights.values()) weight.dispose()
    },
  }
}

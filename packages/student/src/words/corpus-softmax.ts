// The weights of the bag-of-words baseline and the scores from them.
import { type Bags, embeddingBag, seededBy } from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'

export interface CorpusSoftmax {
  readonly weights: ReadonlyMap<string, tf.Variable>
  /** [queries, documents] */
  score(queries: Bags): tf.Tensor2D
  /** [queries * (features + 1)]: queries as vectors, whose dot products with those of documents are the scores */
  queryVectors(queries: Bags): Float32Array
  /** [documents * (features + 1)] */
  documentVectors(): Float32Array
  dispose(): void
}

/**
 * @param bags the documents as bags of words
 * @param words number of different words in bags
 */
export function createCorpusSoftmax(
  bags: Bags,
  words: number,
  features: number,
  seed: number,
): CorpusSoftmax {
  const documents = bags.starts.length - 1
  const random = seededBy(seed, 'towers')
  const normal = Float32Array.from({ length: words * features }, () => 0.1 * random.normal())
  const variable = (start: () => tf.Tensor) => tf.tidy(() => tf.variable(start()))
  const weights = new Map<string, tf.Variable>([
    ['embedding.weight', variable(() => tf.tensor2d(normal, [words, features]))],
    ['documents.weight', variable(() => tf.zeros([documents, features]))],
    ['documents.bias', variable(() => tf.zeros([documents]))],
    // its exp is the scale; the value to which early runs converged
    ['scale', variable(() => tf.tensor1d([Math.log(8)]))],
  ])
  const [embedding, own, bias, scale] = [...weights.values()] as unknown as [
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Tensor1D,
    tf.Tensor1D,
  ]
  const embedDocuments = () => tf.add(embeddingBag(embedding, bags), own) as unknown as tf.Tensor2D
  const read = (make: () => tf.Tensor) => {
    const made = tf.tidy(make)
    const values = made.dataSync<'float32'>().slice()
    made.dispose()
    return values
  }
  return {
    weights,
    score: (queries) =>
      tf.tidy(() => {
        const q = embeddingBag(embedding, queries)
        const z = tf.mul(tf.matMul(q, embedDocuments(), false, true), tf.exp(scale))
        return tf.add(z, bias)
      }),
    // the bias is a feature that is 1 for every query
    queryVectors: (queries) =>
      read(() =>
        tf.concat(
          [tf.mul(embeddingBag(embedding, queries), tf.exp(scale)), tf.ones([queries.starts.length - 1, 1])],
          1,
        ),
      ),
    documentVectors: () => read(() => tf.concat([embedDocuments(), tf.reshape(bias, [documents, 1])], 1)),
    dispose() {
      for (const weight of weights.values()) weight.dispose()
    },
  }
}

// The weights of the bag-of-words baseline and the scores they give.
import { embedding as rowsOf, seededBy } from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'

export interface CorpusSoftmax {
  readonly weights: ReadonlyMap<string, tf.Variable>
  /**
   * @param queries [rows * words], bags of words
   * @returns [rows, documents]
   */
  score(queries: Float32Array, rows: number): tf.Tensor2D
  /** [rows * (features + 1)]: queries as vectors, whose dot products with those of documents are the scores */
  queryVectors(queries: Float32Array, rows: number): Float32Array
  /** [documents * (features + 1)] */
  documentVectors(): Float32Array
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
  // half of the words stand in queries alone: what no document has is not multiplied
  const used = usedColumns(bags, words)
  const compact = Float32Array.from(
    { length: documents * used.length },
    (_, at) => bags[Math.floor(at / used.length) * words + used[at % used.length]!]!,
  )
  const fixed = tf.tensor2d(compact, [documents, used.length])
  const usedIds = tf.tensor1d(used, 'int32')
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
  const embedQueries = (queries: Float32Array, rows: number) =>
    tf.matMul(tf.tensor2d(queries, [rows, words]), embedding)
  const embedDocuments = () =>
    tf.add(tf.matMul(fixed, rowsOf(embedding, usedIds)), own) as unknown as tf.Tensor2D
  const read = (make: () => tf.Tensor) => {
    const made = tf.tidy(make)
    const values = made.dataSync<'float32'>().slice()
    made.dispose()
    return values
  }
  return {
    weights,
    score: (queries, rows) =>
      tf.tidy(() => {
        const q = embedQueries(queries, rows)
        const z = tf.mul(tf.matMul(q, embedDocuments(), false, true), tf.exp(scale))
        return tf.add(z, bias)
      }),
    // the bias is a feature that every query has once
    queryVectors: (queries, rows) =>
      read(() => tf.concat([tf.mul(embedQueries(queries, rows), tf.exp(scale)), tf.ones([rows, 1])], 1)),
    documentVectors: () => read(() => tf.concat([embedDocuments(), tf.reshape(bias, [documents, 1])], 1)),
    dispose() {
      tf.dispose([fixed, usedIds])
      for (const weight of weights.values()) weight.dispose()
    },
  }
}

/** Columns of a matrix that hold something. */
function usedColumns(matrix: Float32Array, columns: number): number[] {
  const used = new Uint8Array(columns)
  for (const [at, value] of matrix.entries()) if (value !== 0) used[at % columns] = 1
  return Array.from(used.keys()).filter((column) => used[column] === 1)
}

// Two linear maps on frozen vectors, one for queries and one for documents, both the identity at the start:
//   s(q, d) = cos(q A, d B) / temperature
// They learn the relevance of the log in seconds, since the encoder below them is not run again.
import { join } from 'node:path'
import type { CorpusBatches, CorpusStep, Vectors } from '@disranker/ranking'
import { writeWholeFile } from '@disranker/stage'
import { fit, softmaxLoss } from '@disranker/training'
import { writeSafetensors } from '@disranker/transformer/safetensors'
import * as tf from '@tensorflow/tfjs'

export interface LinearHeads {
  /** [features, features], of queries and of documents */
  readonly query: Float32Array
  readonly document: Float32Array
}

/**
 * Writes `heads.safetensors`, with which a bundle maps vectors like the stage: row-major, a vector times the
 * map.
 * @param folds heads that were each learned without a part of the queries; `foldOf` gives a query's fold by
 * its number, -1 for the whole
 */
export function writeHeads(
  folder: string,
  features: number,
  whole: LinearHeads,
  folds: readonly LinearHeads[],
  foldOf: Int8Array,
): void {
  const shape = [features, features]
  const named = [['', whole] as const, ...folds.map((heads, at) => [`fold.${at}.`, heads] as const)]
  const maps = named.flatMap(([name, { query, document }]) => [
    [`${name}query.weight`, { shape, data: query }] as const,
    [`${name}document.weight`, { shape, data: document }] as const,
  ])
  const numbers = { shape: [foldOf.length], data: Float32Array.from(foldOf) }
  const tensors = new Map([...maps, ['folds', numbers] as const])
  writeWholeFile(join(folder, 'heads.safetensors'), writeSafetensors(tensors))
}

type FitRest = Omit<Parameters<typeof fit>[0], 'weights' | 'batch' | 'loss'>

/**
 * Trains from the identity; needs an open backend.
 * @param batches with the target distribution of the softmax over documents
 */
export async function trainHeads(
  vectors: Vectors,
  batches: CorpusBatches,
  temperature: number,
  rest: FitRest,
): Promise<{ readonly heads: LinearHeads; readonly loss: number | undefined }> {
  const { features } = vectors
  const identity = () => tf.variable(tf.tidy(() => tf.eye(features)))
  const [query, document] = [identity(), identity()]
  try {
    const { history } = await fit<CorpusStep>({
      ...(rest as Omit<Parameters<typeof fit<CorpusStep>>[0], 'weights' | 'batch' | 'loss'>),
      weights: new Map([
        ['query.weight', query],
        ['document.weight', document],
      ]) as never,
      batch: (step, random) => batches.draw(step, random),
      loss({ queryNumbers, documents, wanted }) {
        const q = unitRows(tf.matMul(rowsOf(vectors.queries, queryNumbers, features), query as tf.Tensor2D))
        const d = unitRows(tf.matMul(rowsOf(vectors.documents, documents, features), document as tf.Tensor2D))
        return softmaxLoss(tf.div(tf.matMul(q, d, false, true), temperature), wanted)
      },
    })
    const read = (weight: tf.Variable) => weight.dataSync<'float32'>().slice()
    return { heads: { query: read(query), document: read(document) }, loss: history.at(-1)?.loss }
  } finally {
    tf.dispose([query, document])
  }
}

/** Rows of a matrix as a tensor [rows, features]. */
function rowsOf(matrix: Float32Array, rows: ArrayLike<number>, features: number): tf.Tensor2D {
  const values = new Float32Array(rows.length * features)
  for (let row = 0; row < rows.length; row++)
    values.set(matrix.subarray(rows[row]! * features, (rows[row]! + 1) * features), row * features)
  return tf.tensor2d(values, [rows.length, features])
}

const unitRows = (rows: tf.Tensor): tf.Tensor2D =>
  tf.div(rows, tf.sqrt(tf.add(tf.sum(tf.square(rows), 1, true), 1e-12)))

/** rows mapped at a time */
const PART = 4096

/** Unit rows of `matrix` times `map`, over `temperature`. */
export function mapRows(
  matrix: Float32Array,
  map: Float32Array,
  features: number,
  temperature = 1,
): Float32Array {
  const mapped = new Float32Array(matrix.length)
  for (let from = 0; from < matrix.length; from += PART * features) {
    const part = matrix.subarray(from, from + PART * features)
    const made = tf.tidy(() => {
      const rows = tf.tensor2d(part, [part.length / features, features])
      return tf.div(unitRows(tf.matMul(rows, tf.tensor2d(map, [features, features]))), temperature)
    })
    mapped.set(made.dataSync<'float32'>(), from)
    made.dispose()
  }
  return mapped
}

/** Vectors after the maps. */
export const mapVectors = (
  vectors: Vectors,
  { query, document }: LinearHeads,
  temperature: number,
): Vectors => ({
  features: vectors.features,
  documents: mapRows(vectors.documents, document, vectors.features),
  queries: mapRows(vectors.queries, query, vectors.features, temperature),
  pseudo: mapRows(vectors.pseudo, query, vectors.features, temperature),
})

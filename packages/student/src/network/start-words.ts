// Word vectors as the initial word embeddings of a new network: centred, then projected and scaled to the
// width and spread of the embeddings.
import type { WordVectors } from '@disranker/checkpoint'
import { seededBy } from '@disranker/engine'
import type { Encoder } from '@disranker/transformer'
import * as tf from '@tensorflow/tfjs'

/**
 * Copies vectors into the rows of their tokens; other rows do not change. Vectors of another width are
 * projected at random, which preserves their angles (Johnson and Lindenstrauss 1984).
 * @param tokens id of each word
 */
export function startWords(
  { weights, model: { wordTable } }: Encoder,
  vectors: WordVectors,
  tokens: ReadonlyMap<string, number>,
  seed: number,
): void {
  const table = weights.get(wordTable)!
  const [, D] = table.shape as [number, number]
  const values = table.dataSync<'float32'>().slice()
  const rows = centred([...vectors.values()]).map(projection(D, seed))
  const factor = deviation([values]) / deviation(rows)
  for (const [at, word] of [...vectors.keys()].entries())
    for (const [feature, value] of rows[at]!.entries())
      values[tokens.get(word)! * D + feature] = factor * value
  tf.tidy(() => table.assign(tf.tensor(values, table.shape)))
}

function centred(vectors: readonly Float32Array[]): Float32Array[] {
  const mean = new Float32Array(vectors[0]!.length)
  for (const vector of vectors)
    for (const [at, value] of vector.entries()) mean[at]! += value / vectors.length
  return vectors.map((vector) => vector.map((value, at) => value - mean[at]!))
}

function projection(width: number, seed: number) {
  let matrix: Float32Array | undefined
  return (vector: Float32Array): Float32Array => {
    if (vector.length === width) return vector
    const random = seededBy(seed, 'words')
    matrix ??= Float32Array.from({ length: vector.length * width }, () => random.normal())
    const projected = new Float32Array(width)
    for (const [from, value] of vector.entries())
      for (let to = 0; to < width; to++) projected[to]! += value * matrix[from * width + to]!
    return projected
  }
}

function deviation(parts: readonly Float32Array[]): number {
  let [count, square] = [0, 0]
  for (const part of parts)
    for (const value of part) {
      count++
      square += value ** 2
    }
  return Math.sqrt(square / count) || 1
}

// Vectors of a stage for other stages: `vectors/{documents,queries,pseudo}.f32` in its folder, float32
// row-major, in the order of the pairs' documents and queries and of the pseudo-queries. The dot product of a
// query's and a document's vector is the logit of a softmax over the corpus, so any model that embeds both
// sides can teach over all documents, not only candidates.
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InputError, readManifest, writeWholeFile } from '@disranker/stage'

export interface Vectors {
  /** numbers of a vector */
  readonly features: number
  /** [documents, features] */
  readonly documents: Float32Array
  /** [queries, features], of all splits; rows of 0 for queries that were not embedded */
  readonly queries: Float32Array
  /** [pseudo-queries, features] */
  readonly pseudo: Float32Array
}

/** The required number of rows of each part. */
export type VectorCounts = Readonly<Record<'documents' | 'queries' | 'pseudo', number>>

const PARTS = ['documents', 'queries', 'pseudo'] as const
const fileOf = (folder: string, part: string) => join(folder, 'vectors', `${part}.f32`)

/** Writes `vectors/` into the folder of a stage. */
export function writeVectors(folder: string, vectors: Vectors): void {
  mkdirSync(join(folder, 'vectors'), { recursive: true })
  for (const part of PARTS) {
    const { buffer, byteOffset, byteLength } = vectors[part]
    writeWholeFile(fileOf(folder, part), new Uint8Array(buffer, byteOffset, byteLength))
  }
}

/** Whether a stage wrote vectors; one without work did not. */
export const hasVectors = (folder: string): boolean => existsSync(fileOf(folder, 'documents'))

/**
 * Reads the vectors that a stage wrote with `writeVectors`.
 * @throws {InputError} when the folder is not complete, has no vectors, or was made from other texts
 */
export function readVectors(folder: string, counts: VectorCounts): Vectors {
  const { stage } = readManifest(folder)
  if (!hasVectors(folder))
    throw new InputError(
      `${folder} has no vectors: ${stage} left none. Name another teacher, or configure ${stage}.`,
    )
  const read = (part: (typeof PARTS)[number]) => {
    const { buffer, byteOffset, byteLength } = readFileSync(fileOf(folder, part))
    return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength))
  }
  const [documents, queries, pseudo] = PARTS.map(read) as [Float32Array, Float32Array, Float32Array]
  const features = documents.length / counts.documents
  const vectors = { features, documents, queries, pseudo }
  for (const part of PARTS)
    if (!Number.isInteger(features) || vectors[part].length !== counts[part] * features)
      throw new InputError(
        `${fileOf(folder, part)} has ${vectors[part].length} numbers; wanted ${features} for each of ${counts[part]} ${part}. It was made from other texts: run \`npx turbo run ${stage}\` again.`,
      )
  return vectors
}

/** The dot product of a query's row and a document's. */
export function dotRows(
  one: Float32Array,
  row: number,
  other: Float32Array,
  column: number,
  features: number,
): number {
  let sum = 0
  for (let at = 0, i = row * features, j = column * features; at < features; at++)
    sum += one[i + at]! * other[j + at]!
  return sum
}

/**
 * Combines several sets of vectors: the dot product is the weighted mean of theirs.
 * @param weights one for each; they need not sum to 1
 */
export function joinVectors(all: readonly Vectors[], weights: readonly number[]): Vectors {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const features = all.reduce((sum, vectors) => sum + vectors.features, 0)
  const join = (part: (typeof PARTS)[number]) => {
    const rows = all[0]![part].length / all[0]!.features
    const joined = new Float32Array(rows * features)
    let at = 0
    for (const [index, { features: width, [part]: values }] of all.entries()) {
      // only the query is weighted: documents do not change
      const scale = part === 'documents' ? 1 : weights[index]! / total
      for (let row = 0; row < rows; row++)
        for (let i = 0; i < width; i++) joined[row * features + at + i] = scale * values[row * width + i]!
      at += width
    }
    return joined
  }
  return { features, documents: join('documents'), queries: join('queries'), pseudo: join('pseudo') }
}

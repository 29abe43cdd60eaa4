// The training steps of a table: queries of the log and queries cut from documents, each with the teacher's
// softmax over some of the corpus as the target. For a graded query its grades are a share of the target.
import type { Pairs } from '@disranker/dataset'
import type { Random } from '@disranker/engine'
import { gradeShares, type Vectors } from '@disranker/ranking'
import * as tf from '@tensorflow/tfjs'
import { createQueryDraw, type VectorQueries } from '../queries/vector-queries.ts'

export interface TableStepOptions {
  /** queries a step */
  readonly batch: number
  /** share of them that were cut from documents */
  readonly pseudoShare: number
  /** maximal number of documents in a step */
  readonly documents: number
  /** documents that the teacher ranks first for a query; they are always included */
  readonly nearest: number
  /** share of the grades in the target of a graded query; the rest is the teacher's */
  readonly gradesShare: number
  /** the gain of a document of each grade */
  readonly gains: readonly number[]
}

export interface TableStep {
  readonly queries: readonly string[]
  /** numbers of the documents */
  readonly documents: Int32Array
  /** [queries * documents]: rows sum to 1 */
  readonly wanted: Float32Array
}

/** @returns a function that draws a step */
export function createTableSteps(
  pairs: Pairs,
  vectors: Pick<VectorQueries, 'teacher' | 'cut'>,
  { batch, pseudoShare, documents: most, nearest, gradesShare, gains }: TableStepOptions,
): (random: Random) => TableStep {
  const count = pairs.documents.length
  const draw = createQueryDraw(pairs, vectors)
  const sharesOf = gradeShares(pairs, gains)
  const fromPseudo = Math.round(batch * pseudoShare)
  const every = Int32Array.from({ length: Math.min(most, count) }, (_, number) => number)
  return (random) => {
    const drawn = Array.from({ length: batch }, (_, place): Drawn => {
      const { text, vector, id } = draw(place >= fromPseudo, random)
      return { text, vector, shares: id !== undefined && gradesShare > 0 ? sharesOf(id) : NONE }
    })
    const logits = corpusLogits(
      drawn.map(({ vector }) => vector),
      vectors.teacher,
    )
    const documents = count <= most ? every : choose(drawn, logits, { most, nearest, count }, random)
    const place = new Map([...documents].map((document, column) => [document, column]))
    const wanted = new Float32Array(batch * documents.length)
    for (const [row, { shares }] of drawn.entries()) {
      const part = wanted.subarray(row * documents.length, (row + 1) * documents.length)
      for (const [column, document] of documents.entries()) part[column] = logits[row * count + document]!
      softmax(part)
      const there = [...shares].filter(([document]) => place.has(document))
      const sum = there.reduce((total, [, share]) => total + share, 0)
      if (sum === 0) continue
      for (let column = 0; column < part.length; column++) part[column]! *= 1 - gradesShare
      for (const [document, share] of there) part[place.get(document)!]! += (gradesShare * share) / sum
    }
    return { queries: drawn.map(({ text }) => text), documents, wanted }
  }
}

interface Drawn {
  readonly text: string
  readonly vector: Float32Array
  /** by number of a document, of a graded query */
  readonly shares: ReadonlyMap<number, number>
}

const NONE: Drawn['shares'] = new Map()

/** [queries * all documents] */
export function corpusLogits(rows: readonly Float32Array[], { documents, features }: Vectors): Float32Array {
  const queries = new Float32Array(rows.length * features)
  for (const [at, row] of rows.entries()) queries.set(row, at * features)
  // kept, and read outside a tidy, which would search all these numbers for tensors
  const logits = tf.tidy(() =>
    tf.matMul(
      tf.tensor2d(queries, [rows.length, features]),
      tf.tensor2d(documents, [documents.length / features, features]),
      false,
      true,
    ),
  )
  const values = logits.dataSync<'float32'>().slice()
  logits.dispose()
  return values
}

/** Graded documents and the teacher's first ones, then random ones. */
function choose(
  drawn: readonly Drawn[],
  logits: Float32Array,
  { most, nearest, count }: { readonly most: number; readonly nearest: number; readonly count: number },
  random: Random,
): Int32Array {
  const chosen = new Set<number>()
  const add = (document: number) => chosen.size < most && chosen.add(document)
  for (const [row] of drawn.entries())
    for (const document of highest(logits.subarray(row * count, (row + 1) * count), nearest)) add(document)
  for (const { shares } of drawn) for (const document of shares.keys()) add(document)
  while (chosen.size < most) chosen.add(random.integer(count))
  return Int32Array.from(chosen)
}

/** Indices of the `count` highest values. */
function highest(values: Float32Array, count: number): number[] {
  const best: number[] = []
  for (let at = 0; at < values.length; at++) {
    if (best.length === count && values[at]! <= values[best.at(-1)!]!) continue
    let place = best.length
    while (place > 0 && values[best[place - 1]!]! < values[at]!) place--
    best.splice(place, 0, at)
    if (best.length > count) best.pop()
  }
  return best
}

function softmax(values: Float32Array): void {
  let most = Number.NEGATIVE_INFINITY
  for (const value of values) most = Math.max(most, value)
  let sum = 0
  for (let at = 0; at < values.length; at++) sum += values[at] = Math.exp(values[at]! - most)
  for (let at = 0; at < values.length; at++) values[at]! /= sum
}

// The initial vectors of a table: a least-squares fit of the teacher's vectors of the texts. A random start
// leaves its noise in the rows of rare tokens, so that two seeds give two different tables; the fit depends
// on the texts alone.
//   X [texts, vocabulary]: a text's tokens by their rarity, of length 1;  Y [texts, features]: the teacher's vectors in their principal
//   directions;  E [vocabulary, features]: some steps of conjugate gradients towards the least |X E - Y|^2 (CGLS, Hestenes and
//   Stiefel 1952). Their early end is the regularisation.
import * as tf from '@tensorflow/tfjs'
import { principalDirections } from './principal-directions.ts'

/** Texts of a kind, documents or queries. */
export interface TaughtTexts {
  /** token ids of each */
  readonly ids: readonly (readonly number[])[]
  /** [texts, width]: the teacher's vectors */
  readonly vectors: Float32Array
}

/** chosen by the agreement with the teacher after training, on queries without judgements: 1, 5, 10 and 30 were tried (LOG.md) */
const STEPS = 5

/**
 * Needs an open backend.
 * @param width of the teacher's vectors
 * @param rarity [vocabulary]
 * @returns [vocabulary * features]: of root mean square 1 over the tokens of the texts; 0 for other tokens
 */
export function fitStart(
  kinds: readonly TaughtTexts[],
  width: number,
  rarity: Float32Array,
  features: number,
): Float32Array {
  const wanted = kinds.map(({ vectors }) => centredUnits(vectors, width))
  const directions = principalDirections(wanted, width, features)
  const rows = sparseRows(
    kinds.flatMap(({ ids }) => ids),
    rarity,
  )
  const targets = new Float32Array((rows.starts.length - 1) * features)
  let at = 0
  for (const part of wanted) {
    const made = tf.tidy(() =>
      tf.matMul(
        tf.tensor2d(part, [part.length / width, width]),
        tf.tensor2d(directions, [features, width]),
        false,
        true,
      ),
    )
    targets.set(made.dataSync<'float32'>(), at)
    at += made.size
    made.dispose()
  }
  const fitted = leastSquares(rows, targets, rarity.length * features, features)
  const told = fitted.reduce((count, value) => count + Number(value !== 0), 0)
  const root = Math.sqrt(squareOf(fitted) / Math.max(1, told)) || 1
  return fitted.map((value) => value / root)
}

/** Rows of length 1, less their mean, which does not distinguish any texts. */
function centredUnits(vectors: Float32Array, width: number): Float32Array {
  const made = tf.tidy(() => {
    const rows = tf.tensor2d(vectors, [vectors.length / width, width])
    const units = tf.div(rows, tf.add(tf.norm(rows, 2, 1, true), 1e-12))
    return tf.sub(units, tf.mean(units, 0, true))
  })
  const values = made.dataSync<'float32'>().slice()
  made.dispose()
  return values
}

interface SparseRows {
  /** [rows + 1] */
  readonly starts: Int32Array
  readonly ids: Int32Array
  readonly values: Float32Array
}

function sparseRows(texts: readonly (readonly number[])[], rarity: Float32Array): SparseRows {
  const counted = texts.map((ids) => {
    const counts = new Map<number, number>()
    for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + rarity[id]!)
    return counts
  })
  const starts = new Int32Array(texts.length + 1)
  for (const [row, { size }] of counted.entries()) starts[row + 1] = starts[row]! + size
  const ids = new Int32Array(starts.at(-1)!)
  const values = new Float32Array(ids.length)
  for (const [row, counts] of counted.entries()) {
    const length = Math.sqrt([...counts.values()].reduce((sum, value) => sum + value * value, 0)) || 1
    let at = starts[row]!
    for (const [id, value] of counts) {
      ids[at] = id
      values[at++] = value / length
    }
  }
  return { starts, ids, values }
}

/** All columns together, with common step lengths, from 0. */
function leastSquares(rows: SparseRows, targets: Float32Array, size: number, features: number): Float32Array {
  const fitted = new Float32Array(size)
  const residual = targets.slice()
  const direction = multiplyTransposed(rows, residual, size, features)
  let slope = squareOf(direction)
  for (let step = 0; step < STEPS && slope > 0; step++) {
    const moved = multiply(rows, direction, features)
    const along = slope / squareOf(moved)
    for (let at = 0; at < size; at++) fitted[at]! += along * direction[at]!
    for (let at = 0; at < residual.length; at++) residual[at]! -= along * moved[at]!
    const gradient = multiplyTransposed(rows, residual, size, features)
    const next = squareOf(gradient)
    for (let at = 0; at < size; at++) direction[at] = gradient[at]! + (next / slope) * direction[at]!
    slope = next
  }
  return fitted
}

const squareOf = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0)

/** [rows, features] */
function multiply({ starts, ids, values }: SparseRows, matrix: Float32Array, features: number): Float32Array {
  const out = new Float32Array((starts.length - 1) * features)
  for (let row = 0; row + 1 < starts.length; row++)
    for (let at = starts[row]!; at < starts[row + 1]!; at++)
      addRow(out, row, matrix, ids[at]!, values[at]!, features)
  return out
}

/** [vocabulary, features] */
function multiplyTransposed(
  { starts, ids, values }: SparseRows,
  matrix: Float32Array,
  size: number,
  features: number,
): Float32Array {
  const out = new Float32Array(size)
  for (let row = 0; row + 1 < starts.length; row++)
    for (let at = starts[row]!; at < starts[row + 1]!; at++)
      addRow(out, ids[at]!, matrix, row, values[at]!, features)
  return out
}

function addRow(
  out: Float32Array,
  to: number,
  matrix: Float32Array,
  from: number,
  share: number,
  features: number,
): void {
  for (let at = 0; at < features; at++) out[to * features + at]! += share * matrix[from * features + at]!
}

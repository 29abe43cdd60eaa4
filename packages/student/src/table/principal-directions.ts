// The directions in which vectors differ most (principal components), by subspace iteration: a product with
// the vectors' covariance, then Gram-Schmidt, several times. All directions are needed together and with few
// digits, so no eigenvalue is computed.
import * as tf from '@tensorflow/tfjs'

/** after this many iterations the directions explain as much variance as the exact ones, within a thousandth */
const TURNS = 12

/**
 * @param parts [rows, width] each, centred; needs an open backend
 * @returns [count, width]: orthonormal rows; rows of 0 where the vectors differ in fewer directions
 */
export function principalDirections(
  parts: readonly Float32Array[],
  width: number,
  count: number,
): Float32Array {
  const square = tf.tidy(() =>
    parts
      .map((rows) => tf.tensor2d(rows, [rows.length / width, width]))
      .map((rows) => tf.matMul(rows, rows, true, false))
      .reduce((sum, one) => tf.add(sum, one)),
  )
  let directions = firstDirections(width, count)
  for (let turn = 0; turn < TURNS; turn++) {
    const next = tf.tidy(() => tf.matMul(tf.tensor2d(directions, [count, width]), square))
    directions = orthonormal(next.dataSync<'float32'>(), width)
    next.dispose()
  }
  square.dispose()
  return directions
}

/** Initial rows that no symmetry of the vectors makes orthogonal to a direction: two coordinates each. */
function firstDirections(width: number, count: number): Float32Array {
  const rows = new Float32Array(count * width)
  for (let row = 0; row < count; row++) {
    rows[row * width + (row % width)] = 1
    rows[row * width + ((7 * row + 1) % width)]! += 0.5
  }
  return rows
}

/** relative remainder of a row below which the rows before span it */
const SPANNED = 1e-5

/** Gram-Schmidt; each row twice, for accuracy. */
function orthonormal(values: Float32Array, width: number): Float32Array {
  const rows = Array.from({ length: values.length / width }, (_, row) =>
    Float64Array.from(values.subarray(row * width, (row + 1) * width)),
  )
  const dot = (one: Float64Array, other: Float64Array) => {
    let sum = 0
    for (let at = 0; at < width; at++) sum += one[at]! * other[at]!
    return sum
  }
  for (const [number, row] of rows.entries()) {
    const before = Math.sqrt(dot(row, row))
    for (const other of [...rows.slice(0, number), ...rows.slice(0, number)]) {
      const along = dot(row, other)
      for (let at = 0; at < width; at++) row[at]! -= along * other[at]!
    }
    const left = Math.sqrt(dot(row, row))
    for (let at = 0; at < width; at++) row[at] = left > SPANNED * before ? row[at]! / left : 0
  }
  return Float32Array.from(rows.flatMap((row) => [...row]))
}

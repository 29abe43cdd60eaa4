// A vector in int8.

/** `values[i] * scale` is a unit vector, except for rounding. */
export interface DocumentVector {
  readonly values: Int8Array
  readonly scale: number
}

/** Rounds to int8, with the largest number as 127. */
export function roundVector(vector: Float32Array | Float64Array): DocumentVector {
  let most = 0
  for (const value of vector) most = Math.max(most, Math.abs(value))
  const scale = most / 127 || 1
  return { values: Int8Array.from(vector, (value) => Math.round(value / scale)), scale }
}

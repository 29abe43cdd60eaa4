// The table of a static bi-encoder, rounded as in int8.
import type { StaticBiEncoder } from '@disranker/transformer'
import { quantizeRows } from './quantized-weights.ts'

/** [rows, features]: each row rounded to int8, as floats. */
export function roundedTable({ table, features }: StaticBiEncoder): Float32Array {
  const { values, scales } = quantizeRows(table, table.length / features)
  return Float32Array.from(values, (value, at) => value * scales[Math.floor(at / features)]!)
}

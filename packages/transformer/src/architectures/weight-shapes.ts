// The weights that architectures list: dense layers, norms and tables, with their initial values.
import type { WeightShape } from '../weights.ts'

/** deviation of Hugging Face's BERT, made for pre-training on much text */
const DEVIATION = 0.02

export const matrix = (
  name: string,
  shape: readonly [rows: number, columns: number],
  deviation = DEVIATION,
): WeightShape => ({ name: `${name}.weight`, shape, start: { deviation } })

const vector = (name: string, size: number, fill: number): WeightShape => ({
  name,
  shape: [size],
  start: { fill },
})

/** y = x W^T + b: weight [to, from], bias [to] unless `bias` is false */
export const dense = (
  name: string,
  from: number,
  to: number,
  { deviation = DEVIATION, bias = true } = {},
): WeightShape[] => [matrix(name, [to, from], deviation), ...(bias ? [vector(`${name}.bias`, to, 0)] : [])]

/** weight [size] of ones, bias [size] of zeros unless `bias` is false */
export const norm = (name: string, size: number, { bias = true } = {}): WeightShape[] => [
  vector(`${name}.weight`, size, 1),
  ...(bias ? [vector(`${name}.bias`, size, 0)] : []),
]

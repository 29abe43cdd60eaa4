// Weights as 8-bit integers: symmetric, with one scale for each output (or each row of an embedding table),
// so that one large output does not reduce the precision of the others.
import type { Checkpoint } from './checkpoint.ts'
import type { GraphBuilder } from './graph.ts'

/** int8 values with `value ~ quantised * scale` of their line. */
export interface Quantized {
  readonly values: Int8Array
  readonly scales: Float32Array
}

/** Rounds each row of a [rows, columns] matrix to -127 .. 127 times a scale from its largest value. */
export function quantizeRows(data: Float32Array, rows: number): Quantized {
  const columns = data.length / rows
  const values = new Int8Array(data.length)
  const scales = new Float32Array(rows)
  for (let row = 0; row < rows; row++) {
    const line = data.subarray(row * columns, (row + 1) * columns)
    const largest = line.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    const scale = largest / 127 || 1
    scales[row] = scale
    for (let i = 0; i < columns; i++) values[row * columns + i] = Math.round(line[i]! / scale)
  }
  return { values, scales }
}

/** [rows, columns] -> [columns, rows] */
export function transpose(values: Int8Array, rows: number): Int8Array {
  const columns = values.length / rows
  const turned = new Int8Array(values.length)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      turned[column * rows + row] = values[row * columns + column]!
  return turned
}

/** Names of a quantised linear layer's weights in the graph: weight [in, out], scales [out], bias [out] if it has one. */
export interface LinearWeights {
  readonly weight: string
  readonly scales: string
  readonly zeros: string
  readonly bias: string | undefined
}

/** Adds adjacent linear layers (query, key and value are one product). */
export function linearWeights(
  graph: GraphBuilder,
  checkpoint: Checkpoint,
  name: string,
  parts: readonly string[],
  { bias = true }: { readonly bias?: boolean } = {},
): LinearWeights {
  const weights = parts.map((part) => checkpoint.tensor(`${part}.weight`))
  const inputs = weights[0]!.shape[1]!
  const outputs = weights.reduce((sum, { shape }) => sum + shape[0]!, 0)
  const { values, scales } = quantizeRows(concatenate(weights.map(({ data }) => data)), outputs)
  const biases = () => concatenate(parts.map((part) => checkpoint.tensor(`${part}.bias`).data))
  return {
    weight: graph.weight(`${name}.weight_quantized`, [inputs, outputs], transpose(values, outputs)),
    scales: graph.weight(`${name}.weight_scale`, [outputs], scales),
    zeros: graph.weight(`zeros_${outputs}`, [outputs], new Int8Array(outputs)),
    bias: bias ? graph.weight(`${name}.bias`, [outputs], biases()) : undefined,
  }
}

/** Looks up rows of the word table, in int8 with one scale for each row, by input_ids; [batch, sequence, D]. */
export function quantizedWords(graph: GraphBuilder, checkpoint: Checkpoint, name: string): string {
  const { shape, data } = checkpoint.tensor(name)
  const { values, scales } = quantizeRows(data, shape[0]!)
  const table = graph.weight(`${name}_quantized`, shape, values)
  const scale = graph.weight(`${name}_scale`, [shape[0]!, 1], scales)
  const rows = graph.node('Cast', [graph.node('Gather', [table, 'input_ids'])], { attributes: { to: 1 } })
  return graph.node('Mul', [rows, graph.node('Gather', [scale, 'input_ids'])])
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

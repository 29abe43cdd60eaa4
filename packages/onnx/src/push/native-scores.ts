// Scores of the float32 graph by native onnxruntime, with which the int8 bundle is compared.
import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import { DATA_FILE } from '../graph/graph.ts'

export interface Row {
  readonly ids: ArrayLike<number>
  readonly typeIds: ArrayLike<number>
}

const ROWS = 8

/**
 * One logit for each row, in the order of the rows.
 * @param scratch folder for the graph that onnxruntime reads; it is left empty
 */
export async function nativeScores(
  { model, data }: { readonly model: Uint8Array; readonly data: Uint8Array },
  rows: readonly Row[],
  scratch: string,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const folder = join(scratch, `scores-${randomUUID()}`)
  mkdirSync(folder, { recursive: true })
  try {
    writeFileSync(join(folder, 'model.onnx'), model)
    writeFileSync(join(folder, DATA_FILE), data)
    const session = await ort.InferenceSession.create(join(folder, 'model.onnx'))
    const order = rows.map((_, index) => index).sort((a, b) => rows[a]!.ids.length - rows[b]!.ids.length)
    const scores = new Float32Array(rows.length)
    for (let from = 0; from < order.length; from += ROWS) {
      signal?.throwIfAborted()
      const some = order.slice(from, from + ROWS)
      const { logits } = await session.run(rowFeeds(some.map((index) => rows[index]!)))
      for (const [at, index] of some.entries()) scores[index] = logits!.data[at] as number
    }
    await session.release()
    return scores
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The inputs of a graph for some rows, padded to the longest. */
export function rowFeeds(rows: readonly Row[]): Record<string, ort.Tensor> {
  const columns = Math.max(...rows.map(({ ids }) => ids.length))
  const tensor = (value: (row: Row, column: number) => number) => {
    const values = new BigInt64Array(rows.length * columns)
    for (const [at, row] of rows.entries())
      for (let column = 0; column < row.ids.length; column++)
        values[at * columns + column] = BigInt(value(row, column))
    return new ort.Tensor('int64', values, [rows.length, columns])
  }
  return {
    input_ids: tensor(({ ids }, column) => ids[column]!),
    attention_mask: tensor(() => 1),
    token_type_ids: tensor(({ typeIds }, column) => typeIds[column]!),
  }
}

// Texts of several lengths as the rectangle for onnxruntime.
import type { EncodedText } from './session.ts'

export interface Batch {
  /** [rows * columns] each, row-major; padding has mask 0 */
  readonly ids: BigInt64Array
  readonly mask: BigInt64Array
  readonly types: BigInt64Array
  readonly rows: number
  readonly columns: number
}

/** columns are a multiple of it, for few distinct shapes */
const MULTIPLE = 8

/** The columns that a text needs in a batch. */
export const padded = (tokens: number): number => Math.ceil(tokens / MULTIPLE) * MULTIPLE

/** Texts of a batch, padded to one length. */
export function padBatch(texts: readonly EncodedText[]): Batch {
  const rows = texts.length
  const columns = padded(Math.max(...texts.map(({ ids }) => ids.length)))
  const [ids, mask, types] = [0, 0, 0].map(() => new BigInt64Array(rows * columns)) as [
    BigInt64Array,
    BigInt64Array,
    BigInt64Array,
  ]
  for (const [row, text] of texts.entries()) {
    for (let column = 0; column < text.ids.length; column++) {
      const at = row * columns + column
      ids[at] = BigInt(text.ids[column]!)
      types[at] = BigInt(text.typeIds[column]!)
      mask[at] = 1n
    }
  }
  return { ids, mask, types, rows, columns }
}

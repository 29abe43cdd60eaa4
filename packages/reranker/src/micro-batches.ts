// Many pairs as few small batches: sorted by length so that little is padding, and small so that the memory of the
// runtime, which never shrinks, stays small.
import type { Batch } from './session.ts'

export interface Encoded {
  readonly ids: ArrayLike<number>
  readonly typeIds: ArrayLike<number>
}

export interface MicroBatch {
  /** [rows]: which pair each row is */
  readonly indices: readonly number[]
  readonly batch: Batch
}

export interface MicroBatchOptions {
  /** most rows of a batch */
  readonly rows: number
  /** most tokens of a batch, padding included; a single longer pair is a batch of its own */
  readonly tokens: number
  /** columns are a multiple of it: few distinct shapes */
  readonly multiple: number
}

/** Splits pairs into batches, the shortest first. */
export function* microBatches(
  pairs: readonly Encoded[],
  { rows: mostRows, tokens, multiple }: MicroBatchOptions,
): Generator<MicroBatch> {
  const columnsOf = (index: number) => Math.ceil(pairs[index]!.ids.length / multiple) * multiple
  const order = pairs
    .map((_, index) => index)
    .sort((a, b) => pairs[a]!.ids.length - pairs[b]!.ids.length || a - b)
  for (let from = 0; from < order.length; ) {
    let to = from + 1
    while (to < order.length && to - from < mostRows && (to + 1 - from) * columnsOf(order[to]!) <= tokens)
      to++
    const indices = order.slice(from, to)
    yield { indices, batch: pack(pairs, indices, columnsOf(indices.at(-1)!)) }
    from = to
  }
}

function pack(pairs: readonly Encoded[], indices: readonly number[], columns: number): Batch {
  const rows = indices.length
  const [ids, mask, types] = [0, 0, 0].map(() => new BigInt64Array(rows * columns)) as [
    BigInt64Array,
    BigInt64Array,
    BigInt64Array,
  ]
  for (const [row, index] of indices.entries()) {
    const pair = pairs[index]!
    for (let column = 0; column < pair.ids.length; column++) {
      const at = row * columns + column
      ids[at] = BigInt(pair.ids[column]!)
      types[at] = BigInt(pair.typeIds[column]!)
      mask[at] = 1n
    }
  }
  return { ids, mask, types, rows, columns }
}

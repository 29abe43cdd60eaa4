// Encoded texts side by side in one rectangle, the short ones padded at their end.
import { InputError } from '@disranker/stage'

export interface TokenBatch {
  /** [rows * columns], row-major, padded with 0 */
  readonly ids: Int32Array
  /** [rows * columns], padded with 0 */
  readonly typeIds: Int32Array
  /** [rows]: how many tokens of a row are no padding */
  readonly lengths: Int32Array
  readonly rows: number
  readonly columns: number
  /** in training: the seed of what is hidden from adapters; without it they see everything */
  readonly noise?: number | undefined
}

/**
 * Packs encoded texts into one batch.
 * @param multiple columns are rounded up to a multiple of it: few distinct shapes let a backend reuse what it compiled
 * @throws {InputError} when there is no text, or one is empty or has more or fewer type ids than ids
 */
export function packBatch(
  pairs: readonly { readonly ids: ArrayLike<number>; readonly typeIds: ArrayLike<number> }[],
  multiple = 8,
): TokenBatch {
  const rows = pairs.length
  if (rows === 0) throw new InputError('A batch has no rows; wanted at least one text.')
  let longest = 0
  for (const [row, { ids, typeIds }] of pairs.entries()) {
    if (ids.length === 0 || ids.length !== typeIds.length)
      throw new InputError(
        `Row ${row} of a batch has ${ids.length} ids and ${typeIds.length} type ids; wanted as many of each, at least one.`,
      )
    longest = Math.max(longest, ids.length)
  }
  const columns = Math.ceil(longest / multiple) * multiple
  const batch = {
    ids: new Int32Array(rows * columns),
    typeIds: new Int32Array(rows * columns),
    lengths: new Int32Array(rows),
    rows,
    columns,
  }
  for (const [row, { ids, typeIds }] of pairs.entries()) {
    batch.ids.set(ids, row * columns)
    batch.typeIds.set(typeIds, row * columns)
    batch.lengths[row] = ids.length
  }
  return batch
}

/** What a network can read; the limits of checkBatch. */
export interface BatchLimits {
  readonly vocab_size: number
  readonly type_vocab_size?: number | undefined
  readonly max_position_embeddings: number
}

/**
 * Backends read outside a table without a word, so ids are checked before.
 * @throws {InputError} naming the row and column of the first id the network does not have
 */
export function checkBatch({ ids, typeIds, lengths, rows, columns }: TokenBatch, limits: BatchLimits): void {
  const { vocab_size: words, type_vocab_size: types = 1, max_position_embeddings: positions } = limits
  if (ids.length !== rows * columns || typeIds.length !== ids.length || lengths.length !== rows)
    throw new InputError(
      `A batch of ${rows} x ${columns} has ${ids.length} ids, ${typeIds.length} type ids and ${lengths.length} lengths.`,
    )
  for (const [row, length] of lengths.entries()) {
    if (length < 1 || length > columns || length > positions)
      throw new InputError(
        `Row ${row} of a batch has ${length} tokens; the network reads 1 .. ${Math.min(columns, positions)} (max_position_embeddings). Encode with a smaller maxLength.`,
      )
  }
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!
    const type = typeIds[i]!
    if (id >= 0 && id < words && type >= 0 && type < Math.max(1, types)) continue
    const what = id >= 0 && id < words ? `type id ${type}` : `token id ${id}`
    const limit = id >= 0 && id < words ? `type_vocab_size is ${types}` : `vocab_size is ${words}`
    throw new InputError(
      `Row ${Math.floor(i / columns)}, column ${i % columns} of a batch has ${what}, but the network's ${limit}. Use the tokenizer that lies beside the model.`,
    )
  }
}

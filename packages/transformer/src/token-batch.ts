// Encoded texts, concatenated without padding: a network computes as many rows as there are tokens. Only
// attention puts each text into a separate matrix, with as many rows as the longest text.
import { InputError } from '@disranker/stage'

export interface TokenBatch {
  /** [N]: those of the first text, then those of the next */
  readonly ids: Int32Array
  /** [N] */
  readonly typeIds: Int32Array
  /** [rows]: tokens of each text, N in sum */
  readonly lengths: Int32Array
  /** texts */
  readonly rows: number
  /** rows of a matrix of attention: the tokens of the longest text, or a few more */
  readonly columns: number
  /** in training: the dropout seed of the adapters; no dropout without it */
  readonly noise?: number | undefined
}

/**
 * Packs encoded texts into one batch.
 * @param multiple columns are rounded up to a multiple of it: with few distinct shapes a backend can reuse
 * compiled code
 * @throws {InputError} when there is no text, or one is empty or has more or fewer type ids than ids
 */
export function packBatch(
  pairs: readonly { readonly ids: ArrayLike<number>; readonly typeIds: ArrayLike<number> }[],
  multiple = 8,
): TokenBatch {
  const rows = pairs.length
  if (rows === 0) throw new InputError('A batch has no rows; wanted at least one text.')
  const lengths = Int32Array.from(pairs, ({ ids }) => ids.length)
  for (const [row, { ids, typeIds }] of pairs.entries()) {
    if (ids.length === 0 || ids.length !== typeIds.length)
      throw new InputError(
        `Row ${row} of a batch has ${ids.length} ids and ${typeIds.length} type ids; wanted as many of each, at least one.`,
      )
  }
  const tokens = sum(lengths)
  const columns = Math.ceil(Math.max(...lengths) / multiple) * multiple
  const batch = { ids: new Int32Array(tokens), typeIds: new Int32Array(tokens), lengths, rows, columns }
  for (const [row, start] of startsOf(batch).entries()) {
    batch.ids.set(pairs[row]!.ids, start)
    batch.typeIds.set(pairs[row]!.typeIds, start)
  }
  return batch
}

/** [rows]: the number of each text's first token. */
export function startsOf({ lengths }: Pick<TokenBatch, 'lengths'>): Int32Array {
  let end = 0
  return lengths.map((length) => {
    end += length
    return end - length
  })
}

/** [rows]: the number of each text's last token. */
export const lastOf = (batch: Pick<TokenBatch, 'lengths'>): Int32Array =>
  startsOf(batch).map((start, row) => start + batch.lengths[row]! - 1)

/** [N]: each token's position in its text. */
export const columnsOf = ({ lengths }: Pick<TokenBatch, 'lengths'>): Int32Array =>
  Int32Array.from([...lengths].flatMap((length) => Array.from({ length }, (_, column) => column)))

const sum = (lengths: Int32Array) => lengths.reduce((sum, length) => sum + length, 0)

/** The limits of a network, for checkBatch. */
export interface BatchLimits {
  readonly vocab_size: number
  readonly type_vocab_size?: number | undefined
  readonly max_position_embeddings: number
}

/**
 * Backends read outside a table without an error, so ids are checked first.
 * @throws {InputError} naming the row and column of the first unknown id
 */
export function checkBatch({ ids, typeIds, lengths, rows, columns }: TokenBatch, limits: BatchLimits): void {
  const { vocab_size: words, type_vocab_size: types = 1, max_position_embeddings: positions } = limits
  if (ids.length !== sum(lengths) || typeIds.length !== ids.length || lengths.length !== rows)
    throw new InputError(
      `A batch of ${rows} texts has ${ids.length} ids, ${typeIds.length} type ids and ${lengths.length} lengths, ${sum(lengths)} in sum.`,
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
    const row = startsOf({ lengths }).findLastIndex((start) => start <= i)
    throw new InputError(
      `Row ${row}, column ${columnsOf({ lengths })[i]} of a batch has ${what}, but the network's ${limit}. Use the tokenizer of the model's folder.`,
    )
  }
}

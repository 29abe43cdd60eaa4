// Groups of texts that a ranking loss compares, packed one after the other into one batch. Groups may be of different sizes:
// the model reads each text once, and `groupScores` lays the scores out in a row a group.
import { InputError } from '@disranker/stage'
import { packBatch, type TokenBatch } from '@disranker/transformer'
import * as tf from '@tensorflow/tfjs'
import type { Targets } from './losses/objective.ts'

export interface TextGroup {
  readonly pairs: readonly { readonly ids: ArrayLike<number>; readonly typeIds: ArrayLike<number> }[]
  /** one for each text; NaN if unknown. All groups of a batch have the same kinds */
  readonly targets: { readonly scores?: readonly number[]; readonly grades?: readonly number[] }
}

export interface GroupBatch {
  /** the texts of the first group, then those of the next */
  readonly batch: TokenBatch
  /** [rows * columns], row-major, NaN if a target is unknown or a short group has no text there */
  readonly targets: Targets
  /** groups */
  readonly rows: number
  /** maximal number of texts in a group */
  readonly columns: number
  /**
   * [rows * columns]: the number of the text in this entry; 0, which is not counted, where a short group has
   * none
   */
  readonly positions: Int32Array
}

/**
 * Packs groups of up to `size` texts; of a larger group the first ones.
 * @throws {InputError} when a group is empty, or does not have one target for each text
 */
export function packGroups(groups: readonly TextGroup[], size: number): GroupBatch {
  const rows = groups.length
  const texts = groups.flatMap(({ pairs }) => pairs.slice(0, size))
  const positions = new Int32Array(rows * size)
  let next = 0
  for (const [row, { pairs }] of groups.entries()) {
    if (pairs.length === 0) throw new InputError('A group has 0 texts; wanted one or more.')
    for (let i = 0; i < Math.min(size, pairs.length); i++) positions[row * size + i] = next++
  }
  const lay = (kind: 'scores' | 'grades') => {
    if (groups[0]?.targets[kind] === undefined) return {}
    const laid = new Float32Array(rows * size).fill(Number.NaN)
    for (const [row, { pairs, targets }] of groups.entries()) {
      const list = targets[kind]
      if (list?.length !== pairs.length)
        throw new InputError(
          `A group has ${pairs.length} texts and ${list?.length ?? 0} ${kind}; wanted one each.`,
        )
      laid.set(list.slice(0, size), row * size)
    }
    return { [kind]: laid }
  }
  return {
    batch: packBatch(texts),
    targets: { ...lay('scores'), ...lay('grades') },
    rows,
    columns: size,
    positions,
  }
}

/**
 * Arranges the scores of a batch's texts by group.
 * @param scores [texts]
 * @returns [rows, columns]
 */
export function groupScores(
  scores: tf.Tensor1D,
  { rows, columns, positions }: Pick<GroupBatch, 'rows' | 'columns' | 'positions'>,
): tf.Tensor2D {
  if (scores.size === rows * columns) return scores.as2D(rows, columns)
  return tf.tidy(() => tf.gather(scores, tf.tensor1d(positions, 'int32')).as2D(rows, columns))
}

/** Tokens that a model reads of a batch. */
export const tokensOf = ({ lengths }: TokenBatch): number => lengths.reduce((sum, length) => sum + length, 0)

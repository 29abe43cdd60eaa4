// Groups of texts that a ranking loss compares, one after the other in one batch: row g * columns + i of the batch is
// text i of group g.
import { InputError } from '@disranker/stage'
import { packBatch, type TokenBatch } from '@disranker/transformer'

export interface TextGroup {
  readonly pairs: readonly { readonly ids: ArrayLike<number>; readonly typeIds: ArrayLike<number> }[]
  /** a grade or a teacher's score for each text */
  readonly targets: readonly number[]
}

export interface GroupBatch {
  readonly batch: TokenBatch
  /** [rows * columns], row-major */
  readonly targets: Float32Array
  /** groups */
  readonly rows: number
  /** texts a group */
  readonly columns: number
}

/**
 * Packs groups of up to `size` texts. A smaller group (few documents may be all there are) is filled up with its own
 * texts again: pairs of equal targets teach nothing, the others only count more.
 * @throws {InputError} when a group is empty
 */
export function packGroups(groups: readonly TextGroup[], size: number): GroupBatch {
  const filled = groups.map(({ pairs, targets }) => {
    if (pairs.length === 0 || pairs.length !== targets.length)
      throw new InputError(
        `A group has ${pairs.length} texts and ${targets.length} targets; wanted one each.`,
      )
    return Array.from({ length: size }, (_, index) => ({
      pair: pairs[index % pairs.length]!,
      target: targets[index % pairs.length]!,
    }))
  })
  const texts = filled.flat()
  return {
    batch: packBatch(texts.map(({ pair }) => pair)),
    targets: Float32Array.from(texts, ({ target }) => target),
    rows: groups.length,
    columns: size,
  }
}

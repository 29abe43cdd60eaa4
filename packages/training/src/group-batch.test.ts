import { describe, expect, it } from 'vitest'
import { packGroups } from './group-batch.ts'

const text = (...ids: number[]) => ({ ids, typeIds: ids.map(() => 0) })

describe('packGroups', () => {
  it('lays the texts of a group side by side', () => {
    const groups = [
      { pairs: [text(1, 2), text(3)], targets: [3, 0] },
      { pairs: [text(4), text(5, 6)], targets: [0, 1] },
    ]
    const { batch, targets, rows, columns } = packGroups(groups, 2)
    expect([rows, columns, batch.rows]).toEqual([2, 2, 4])
    expect([...targets]).toEqual([3, 0, 0, 1])
    expect([...batch.lengths]).toEqual([2, 1, 1, 2])
  })

  it('fills a small group up with its own texts', () => {
    const { batch, targets } = packGroups([{ pairs: [text(7), text(8, 9)], targets: [2, 0] }], 5)
    expect([...targets]).toEqual([2, 0, 2, 0, 2])
    expect([...batch.lengths]).toEqual([1, 2, 1, 2, 1])
  })

  it('refuses an empty group', () => {
    expect(() => packGroups([{ pairs: [], targets: [] }], 2)).toThrow(/0 texts/)
  })
})

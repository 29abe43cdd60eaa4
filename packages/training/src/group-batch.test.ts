import { openBackend } from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { groupScores, packGroups } from './group-batch.ts'

const text = (...ids: number[]) => ({ ids, typeIds: ids.map(() => 0) })

describe('packGroups', () => {
  beforeAll(() => openBackend('cpu'))
  const laid = (scores: number[], packed: ReturnType<typeof packGroups>) =>
    tf.tidy(() => groupScores(tf.tensor1d(scores), packed).arraySync())

  it('lays the texts of a group side by side', () => {
    const groups = [
      { pairs: [text(1, 2), text(3)], targets: { grades: [3, 0] } },
      { pairs: [text(4), text(5, 6)], targets: { grades: [0, 1] } },
    ]
    const packed = packGroups(groups, 2)
    const { batch, targets, rows, columns } = packed
    expect([rows, columns, batch.rows]).toEqual([2, 2, 4])
    expect(targets).toEqual({ grades: Float32Array.of(3, 0, 0, 1) })
    expect([...batch.lengths]).toEqual([2, 1, 1, 2])
    expect(laid([1, 2, 3, 4], packed)).toEqual([
      [1, 2],
      [3, 4],
    ])
  })

  it('reads no text twice: a position that a small group lacks is not known', () => {
    const groups = [
      { pairs: [text(7), text(8, 9)], targets: { scores: [2, Number.NaN], grades: [1, 0] } },
      {
        pairs: [text(1), text(2), text(3), text(4)],
        targets: { scores: [0, 1, 2, 3], grades: [4, 5, 6, 7] },
      },
    ]
    const packed = packGroups(groups, 3)
    expect([...packed.batch.lengths]).toEqual([1, 2, 1, 1, 1])
    const none = Number.NaN
    expect(packed.targets).toEqual({
      scores: Float32Array.of(2, none, none, 0, 1, 2),
      grades: Float32Array.of(1, 0, none, 4, 5, 6),
    })
    expect(laid([10, 20, 30, 40, 50], packed)).toEqual([
      [10, 20, 10],
      [30, 40, 50],
    ])
  })

  it('refuses an empty group, and one without a target for each text', () => {
    expect(() => packGroups([{ pairs: [], targets: {} }], 2)).toThrow(/0 texts/)
    const group = { pairs: [text(1), text(2)], targets: { grades: [1] } }
    expect(() => packGroups([group], 2)).toThrow(/2 texts and 1 grades/)
  })
})

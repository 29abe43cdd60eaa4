import { describe, expect, test } from 'vitest'
import { checkBatch, columnsOf, packBatch, startsOf, type TokenBatch } from './token-batch.ts'

const text = (...ids: number[]) => ({ ids, typeIds: ids.map((id) => id % 2) })

describe('packBatch', () => {
  test('texts lie one behind the other', () => {
    const batch = packBatch([text(5, 6, 7), text(9), text(8, 8)], 4)
    expect(batch).toEqual({
      ids: Int32Array.of(5, 6, 7, 9, 8, 8),
      typeIds: Int32Array.of(1, 0, 1, 1, 0, 0),
      lengths: Int32Array.of(3, 1, 2),
      rows: 3,
      columns: 4,
    })
    expect(startsOf(batch)).toEqual(Int32Array.of(0, 3, 4))
    expect(columnsOf(batch)).toEqual(Int32Array.of(0, 1, 2, 0, 0, 1))
  })

  test('columns are a multiple of eight, or of what is asked for', () => {
    expect(packBatch([text(1)]).columns).toBe(8)
    expect(packBatch([text(...new Array<number>(8).fill(1))]).columns).toBe(8)
    expect(packBatch([text(...new Array<number>(9).fill(1))]).columns).toBe(16)
    expect(packBatch([text(1, 1, 1)], 1).columns).toBe(3)
  })

  test('nothing to pack, or something else than texts, is refused', () => {
    expect(() => packBatch([])).toThrow(/has no rows/)
    expect(() => packBatch([text(1), text()])).toThrow(/Row 1 of a batch has 0 ids/)
    expect(() => packBatch([{ ids: [1, 2], typeIds: [0] }])).toThrow(/2 ids and 1 type ids/)
  })
})

describe('checkBatch', () => {
  const limits = { vocab_size: 10, type_vocab_size: 2, max_position_embeddings: 4 }
  const check = (ids: number[], typeIds = ids.map(() => 0)) =>
    checkBatch(packBatch([text(1), { ids, typeIds }]), limits)

  test('lets pass what the network has', () => {
    expect(() => check([0, 9, 9, 0], [0, 1, 1, 0])).not.toThrow()
  })

  test('says where an id is that it has not', () => {
    expect(() => check([1, 10])).toThrow(
      /Row 1, column 1 of a batch has token id 10, but the network's vocab_size is 10/,
    )
    expect(() => check([-1])).toThrow(/Row 1, column 0 of a batch has token id -1/)
    expect(() => check([1, 1, 1], [0, 0, 2])).toThrow(
      /column 2 of a batch has type id 2.*type_vocab_size is 2/,
    )
    // without type_vocab_size there is one type
    const one = { vocab_size: 10, max_position_embeddings: 8 }
    expect(() => checkBatch(packBatch([{ ids: [1], typeIds: [1] }]), one)).toThrow(/type id 1/)
  })

  test('says when a text is too long', () => {
    expect(() => check([1, 1, 1, 1, 1])).toThrow(/has 5 tokens; the network reads 1 .. 4/)
  })

  test('refuses a batch that is none', () => {
    const batch = packBatch([text(1, 2)])
    const refused = (changes: Partial<TokenBatch>) =>
      expect(() => checkBatch({ ...batch, ...changes }, limits))
    refused({ lengths: Int32Array.of(1) }).toThrow(
      /A batch of 1 texts has 2 ids, 2 type ids and 1 lengths, 1 in sum/,
    )
    refused({ rows: 2, lengths: Int32Array.of(2, 0) }).toThrow(/Row 1 of a batch has 0 tokens/)
    refused({ columns: 1 }).toThrow(/Row 0 of a batch has 2 tokens; the network reads 1 .. 1/)
  })
})

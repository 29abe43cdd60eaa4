import { expect, it } from 'vitest'
import { padBatch } from './padded-batch.ts'

it('pads to a multiple of 8 with mask 0', () => {
  const text = (length: number) => ({
    ids: Array.from({ length }, (_, at) => 100 * length + at),
    typeIds: Array.from({ length }, (_, at) => at % 2),
  })
  const { ids, mask, types, rows, columns } = padBatch([text(2), text(3)])
  expect([rows, columns]).toEqual([2, 8])
  expect([...ids].map(Number)).toEqual([200, 201, 0, 0, 0, 0, 0, 0, 300, 301, 302, 0, 0, 0, 0, 0])
  expect([...mask].map(Number)).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0])
  expect([...types].map(Number)).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0])
})

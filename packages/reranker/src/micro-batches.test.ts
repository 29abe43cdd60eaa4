import { expect, it } from 'vitest'
import { microBatches } from './micro-batches.ts'

const pair = (length: number) => ({
  ids: Array.from({ length }, (_, at) => 100 * length + at),
  typeIds: Array.from({ length }, (_, at) => at % 2),
})
const shapes = (lengths: readonly number[], options: { rows: number; tokens: number; multiple: number }) =>
  [...microBatches(lengths.map(pair), options)].map(({ indices, batch: { rows, columns } }) => ({
    indices,
    rows,
    columns,
  }))

it('goes from short to long, equal lengths in their order, columns a multiple', () => {
  expect(shapes([9, 3, 8, 3, 17], { rows: 3, tokens: 1000, multiple: 8 })).toEqual([
    { indices: [1, 3, 2], rows: 3, columns: 8 },
    { indices: [0, 4], rows: 2, columns: 24 },
  ])
})

it('keeps to the tokens of a batch, padding included; one longer pair is alone', () => {
  expect(shapes([8, 8, 8, 40], { rows: 10, tokens: 16, multiple: 8 }).map(({ indices }) => indices)).toEqual([
    [0, 1],
    [2],
    [3],
  ])
})

it('pads with mask 0', () => {
  const { batch } = [...microBatches([pair(2), pair(3)], { rows: 2, tokens: 8, multiple: 4 })][0]!
  expect([...batch.ids].map(Number)).toEqual([200, 201, 0, 0, 300, 301, 302, 0])
  expect([...batch.mask].map(Number)).toEqual([1, 1, 0, 0, 1, 1, 1, 0])
  expect([...batch.types].map(Number)).toEqual([0, 1, 0, 0, 0, 1, 0, 0])
})

it('makes nothing of nothing', () => {
  expect(shapes([], { rows: 2, tokens: 8, multiple: 4 })).toEqual([])
})

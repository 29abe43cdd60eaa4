import { expect, it } from 'vitest'
import { microBatches } from './micro-batches.ts'

const text = (length: number) => ({ ids: new Int32Array(length), typeIds: new Int32Array(length) })
const batches = (lengths: readonly number[], options: { rows: number; tokens: number }) => [
  ...microBatches(lengths.map(text), options),
]

it('go from short to long, equal lengths in their order, and cost what the longest does', () => {
  expect(batches([9, 3, 8, 3, 17], { rows: 3, tokens: 1000 })).toEqual([
    { indices: [1, 3, 2], tokens: 24 },
    { indices: [0, 4], tokens: 48 },
  ])
})

it('keep to the tokens of a batch, padding included; one longer text is alone', () => {
  expect(batches([8, 8, 8, 40], { rows: 10, tokens: 16 }).map(({ indices }) => indices)).toEqual([
    [0, 1],
    [2],
    [3],
  ])
})

it('are none of nothing', () => {
  expect(batches([], { rows: 2, tokens: 8 })).toEqual([])
})

import { expect, it } from 'vitest'
import { microBatches } from './micro-batches.ts'

const pair = (length: number) => ({
  ids: Array.from({ length }, (_, i) => i + 1),
  typeIds: Array.from({ length }, () => 1),
})
const options = { rows: 3, tokens: 32, multiple: 8 }

it('sorts by length, bounds rows and tokens, and covers every pair once', () => {
  const pairs = [9, 3, 20, 5, 40, 2, 8].map(pair)
  const batches = [...microBatches(pairs, options)]
  // lengths 2 3 5 | 8 9 | 20 | 40: columns 8, 16, 24, 40; the last alone is longer than a batch may be
  expect(batches.map(({ indices }) => indices)).toEqual([[5, 1, 3], [6, 0], [2], [4]])
  expect(batches.map(({ batch }) => [batch.rows, batch.columns])).toEqual([
    [3, 8],
    [2, 16],
    [1, 24],
    [1, 40],
  ])
})

it('pads behind the text with mask 0', () => {
  const [{ batch }] = [...microBatches([pair(2)], options)] as [
    { batch: { ids: BigInt64Array; mask: BigInt64Array; types: BigInt64Array } },
  ]
  expect([...batch.ids]).toEqual([1n, 2n, 0n, 0n, 0n, 0n, 0n, 0n])
  expect([...batch.mask]).toEqual([1n, 1n, 0n, 0n, 0n, 0n, 0n, 0n])
  expect([...batch.types]).toEqual([1n, 1n, 0n, 0n, 0n, 0n, 0n, 0n])
})

it('has no batch for no pair', () => expect([...microBatches([], options)]).toEqual([]))

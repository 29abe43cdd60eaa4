import { expect, it } from 'vitest'
import type { PooledRow } from './pooled-rows.ts'
import { studyTable } from './study-table.ts'

/** A row with one list of figures a seed, a figure a query. */
function row(arm: string, seeds: Readonly<Record<number, readonly number[]>>): PooledRow {
  const lists = Object.values(seeds).map((figures) => figures.map((figure) => [figure, 1] as const))
  const parts = { 'mrr@10': lists, 'ndcg@10': lists }
  return { arm, seeds: Object.keys(seeds).map(Number), parts, lexicalWeights: [0] }
}
const resampling = { samples: 300, seed: 1 }

it('compares by the seeds that both have', () => {
  const rows = [
    row('many', { 3: [0.5, 0.5, 0.5], 13: [0.9, 0.9, 0.9], 23: [0.1, 0.1, 0.1] }),
    row('few', { 13: [0.7, 0.8, 0.6], 3: [0.6, 0.7, 0.5] }),
    row('elsewhere', { 5: [1, 1, 1] }),
  ]
  const { differences, rows: figures } = studyTable(
    rows,
    [
      ['many', 'few'],
      ['many', 'elsewhere'],
      ['many', 'gone'],
    ],
    resampling,
  )
  expect(figures[0]!.measures['ndcg@10'].value).toBeCloseTo(0.5, 12)
  expect(figures[0]!.measures['ndcg@10'].bySeed).toEqual(
    [0.5, 0.9, 0.1].map((figure) => expect.closeTo(figure, 12)),
  )
  // one that shares no seed, or did not run, says nothing
  expect(differences).toHaveLength(1)
  const { value, seeds, seedsAbove } = differences[0]!.measures['ndcg@10']
  expect(value).toBeCloseTo((0.5 + 0.9) / 2 - (0.6 + 0.7) / 2, 12)
  expect([seeds, seedsAbove]).toEqual([2, 1])
})

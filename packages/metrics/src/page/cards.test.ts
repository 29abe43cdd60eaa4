import { expect, it } from 'vitest'
import { MEASURE_NAMES, type MeasureName, type Table } from '../figures/table.ts'
import type { RowInfo } from '../rows.ts'
import { cardsOf } from './cards.ts'

const info = Object.entries({
  bm25: 'first-stage',
  student_labels: 'labels',
  student: 'distilled',
  int8: 'served',
}).map(([name, role]) => ({ name, role: role as RowInfo['role'], what: name, lexicalWeight: 0 }))

/** The verdict on served against first stage, of differences [value, corrected p] of MRR@10 and nDCG@10. */
function verdictOf(mrr: readonly [number, number], ndcg: readonly [number, number]) {
  const tested = ([value, corrected]: readonly [number, number]) => ({
    value,
    low: value - 0.01,
    high: value + 0.01,
    p: 0.001,
    corrected,
  })
  const measures = Object.fromEntries(
    MEASURE_NAMES.map((name) => [name, tested(name === 'mrr@10' ? mrr : ndcg)]),
  )
  const table = {
    info,
    differences: [
      { row: 'int8', baseline: 'bm25', measures: measures as Record<MeasureName, ReturnType<typeof tested>> },
    ],
  } as unknown as Table
  const [served, distillation] = cardsOf(table)
  expect(distillation).toMatchObject({ side: 'missing', verdict: 'Nothing to compare' })
  return served!
}

it.each([
  [[0.1, 0.01], [0.1, 0.01], 'above', 'Search is better with it'],
  [[0.1, 0.2], [0.1, 0.01], 'above', 'Search is better with it'],
  [[-0.1, 0.01], [0.1, 0.2], 'below', 'Search is worse with it'],
  // p alone is .001: only the corrected one counts
  [[0.1, 0.06], [0.1, 0.06], 'level', 'Too few queries to tell'],
  [[-0.1, 0.01], [0.1, 0.01], 'mixed', 'One measure up, one down'],
] as const)('by corrected p: %j in MRR@10 and %j in nDCG@10 is %s', (mrr, ndcg, side, verdict) => {
  expect(verdictOf(mrr, ndcg)).toMatchObject({ side, verdict, compared: { row: 'int8', baseline: 'bm25' } })
})

it('has at most five words a verdict', () => {
  const verdicts = cardsOf({ info: [], differences: [] } as unknown as Table).map(({ verdict }) => verdict)
  for (const verdict of [...verdicts, 'Search is better with it', 'No significant gain over labels'])
    expect(verdict.split(' ').length).toBeLessThanOrEqual(5)
})

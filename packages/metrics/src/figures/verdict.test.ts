import { expect, it } from 'vitest'
import type { RowInfo } from '../rows.ts'
import type { Tested } from './figures.ts'
import { MEASURE_NAMES, type MeasureName, type Table } from './table.ts'
import { judgeServed } from './verdict.ts'

const CAREFUL = { below: false, undecided: false }
const tested = (value: number, p: number): Tested => ({ value, low: value - 0.1, high: value + 0.1, p })

/** A table in which the served row differs from the first stage by so much in MRR@10 and nDCG@10. */
function table(mrr: Tested, ndcg: Tested): Table {
  const row = (name: string, role: RowInfo['role']): RowInfo => ({ name, role, what: name, lexicalWeight: 0 })
  const all = Object.fromEntries(MEASURE_NAMES.map((name) => [name, tested(0, 1)]))
  return {
    split: 'test',
    queries: 34,
    withoutRelevant: 0,
    coverage: { ungraded: [], unmatched: [], missed: [] },
    info: [row('bm25', 'first-stage'), row('int8', 'served')],
    rows: {},
    differences: [
      {
        row: 'int8',
        baseline: 'bm25',
        measures: { ...all, 'mrr@10': mrr, 'ndcg@10': ndcg } as Record<MeasureName, Tested>,
      },
    ],
    spreads: [],
  }
}
const judge = (mrr: Tested, ndcg: Tested, insist = CAREFUL) => judgeServed(table(mrr, ndcg), insist)

it('bundles what is above, or level with no figure below', () => {
  expect(judge(tested(0.05, 0.01), tested(0.04, 0.02))).toMatchObject({
    bundled: true,
    below: [],
    undecided: [],
  })
  expect(judge(tested(0, 1), tested(0.01, 0.6))).toMatchObject({ bundled: true })
})

it('refuses what is significantly below in one measure, whatever the other says', () => {
  const found = judge(tested(0.05, 0.01), tested(-0.02, 0.03))
  expect(found).toMatchObject({ bundled: false, below: [{ row: 'int8', measures: ['ndcg@10'] }] })
  expect(judge(tested(0.05, 0.01), tested(-0.02, 0.03), { below: false, undecided: true }).bundled).toBe(
    false,
  )
  expect(judge(tested(0.05, 0.01), tested(-0.02, 0.03), { below: true, undecided: false }).bundled).toBe(true)
})

it('asks where the figure is below and the queries are too few to tell', () => {
  // five points below, p = .119 with 34 queries
  const found = judge(tested(0.01, 0.7), tested(-0.05, 0.119))
  expect(found).toMatchObject({
    bundled: false,
    below: [],
    undecided: [{ row: 'int8', measures: ['ndcg@10'] }],
  })
  expect(judge(tested(0.01, 0.7), tested(-0.05, 0.119), { below: false, undecided: true }).bundled).toBe(true)
})

it('does not ask where the other measure is significantly above', () => {
  expect(judge(tested(-0.001, 0.9), tested(0.04, 0.001))).toMatchObject({ bundled: true, undecided: [] })
})

it('goes by the corrected p', () => {
  const corrected = { ...tested(-0.05, 0.01), corrected: 0.08 }
  expect(judge(tested(0, 1), corrected)).toMatchObject({ below: [], undecided: [{ measures: ['ndcg@10'] }] })
})

it('bundles nothing where nothing is served', () => {
  const { info, ...rest } = table(tested(0, 1), tested(0, 1))
  const found = judgeServed({ ...rest, info: info.slice(0, 1) }, { below: true, undecided: true })
  expect(found).toMatchObject({ bundled: false, served: false })
})

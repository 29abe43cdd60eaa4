import type { Report } from '@disranker/metrics'
import { expect, it } from 'vitest'
import { summary } from './summary.ts'

const interval = (value: number) => ({ value, low: value - 0.05, high: value + 0.05 })
const measures = (value: number) =>
  Object.fromEntries(
    ['mrr@10', 'ndcg@10', 'pnr', 'precision@1', 'recall@100'].map((name) => [name, interval(value)]),
  ) as Report['test']['rows'][string]

function report(gain: number, p: number): Pick<Report, 'test' | 'simulatedClicks'> {
  const info = [
    { name: 'bm25', role: 'first-stage' },
    { name: 'student_int8@before', role: 'served' },
    { name: 'student_int8', role: 'served' },
  ] as unknown as Report['test']['info']
  const tested = Object.fromEntries(
    Object.entries(measures(gain)).map(([name, value]) => [name, { ...value, p: p / 2, corrected: p }]),
  )
  const test = {
    info,
    queries: 260,
    rows: { bm25: measures(0.3), student_int8: measures(0.3 + gain) },
    differences: [{ row: 'student_int8', baseline: 'bm25', measures: tested }],
  } as unknown as Report['test']
  return { test, simulatedClicks: true }
}

it('says in three sentences what is served, against what, and whether it is better', () => {
  expect(summary(report(0.1, 0.0001))).toEqual([
    'The model that is served has nDCG@10 0.400 [0.350, 0.450] on 260 test queries.',
    'The first stage, bm25, has 0.300 [0.250, 0.350].',
    'The model is significantly above it: +0.100 [+0.050, +0.150], p < 0.001, trained on simulated clicks.',
  ])
})

it.each([
  [0.02, 0.3, 'not significantly different from it: +0.020'],
  [-0.1, 0.01, 'significantly below it: −0.100'],
])('a difference of %d with p %d is %s', (gain, p, said) => {
  expect(summary(report(gain, p))[2]).toContain(said)
})

it('says nothing where nothing is served', () => {
  const { test, ...rest } = report(0.1, 0.1)
  expect(summary({ ...rest, test: { ...test, differences: [] } })).toEqual([])
})

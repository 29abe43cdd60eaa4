// What is served, measured on all judged queries where these are few.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeRun } from '@disranker/dataset'
import { beforeEach, expect, it } from 'vitest'
import {
  at,
  leavePairs,
  leaveRow,
  options,
  ROWS,
  rank,
  readReport,
  SPLITS,
  useJudgedRows,
} from '../testing/judged-rows.ts'
import { evaluate } from './evaluate.ts'

useJudgedRows()

beforeEach(async () => {
  // seven of eight queries, so that the test split alone is too small to tell
  for (const row of ROWS) await leaveRow(row, 7)
})

/** Leaves the ranking of all 16 judged queries next to the runs of the splits. */
function crossFit(row: (typeof ROWS)[number], right: number): void {
  const run = new Map(SPLITS.flatMap((split) => [...rank(split, right)]))
  writeRun(join(at(row), 'runs', 'cross-fitted.run'), run, row)
  const file = join(at(row), 'manifest.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8'))
  const bytes = readFileSync(join(at(row), 'runs', 'cross-fitted.run')).length
  manifest.files['runs/cross-fitted.run'] = { bytes, sha256: '' }
  writeFileSync(file, JSON.stringify(manifest))
}
/** The report on what is there now. */
const evaluateAgain = async () => {
  rmSync(at('evaluate'), { recursive: true, force: true })
  await evaluate(options)
  return readReport()
}

it('gives the verdict by all of them, and says so', async () => {
  const before = await evaluateAgain()
  expect(before.crossFitted).toBeUndefined()
  expect(before.cards[0]!.verdict).toBe('Too few queries to tell')
  const alone =
    /learned from the grades of train queries, so it is measured on the 8 queries of the test split alone/
  expect(before.sentences.join('\n')).toMatch(alone)
  for (const row of ['student', 'student_int8'] as const) crossFit(row, 7)
  const { crossFitted, test, cards, verdict, sentences } = await evaluateAgain()
  expect(crossFitted!.queries).toBe(16)
  expect(crossFitted!.info.map(({ name }) => name)).toEqual(['bm25', 'student', 'student_int8'])
  expect(crossFitted!.rows.student_int8).toMatchObject({
    'mrr@10': { value: expect.closeTo((14 + 2 * 0.25) / 16, 12) },
  })
  expect(cards[0]!.verdict).toBe('Search is better with it')
  expect(verdict).toMatchObject({ bundled: true, below: [], undecided: [] })
  const said = sentences.join('\n')
  expect(said).not.toMatch(alone)
  expect(said).toMatch(
    /measured on all 16 judged queries, since the test split has 8\. .*weights that were chosen without it/,
  )
  expect(said.match(/^student_int8 is significantly above bm25/gm)).toHaveLength(1)
  // the comparisons of both tables are one family: p is corrected for each once
  const corrected = (table: typeof test, row: string, baseline: string) =>
    table.differences.find((one) => one.row === row && one.baseline === baseline)?.measures['ndcg@10']
      .corrected
  expect(corrected(test, 'student_int8', 'bm25')).toBeUndefined()
  expect(corrected(crossFitted!, 'student_int8', 'bm25')).toBeLessThan(0.05)
  expect(readFileSync(join(at('evaluate'), 'report.html'), 'utf8')).toContain('on all judged queries')
})

it('refuses a bundle by all of them', async () => {
  await leavePairs(true, SPLITS, { firstStage: (_, split) => rank(split, 8) })
  for (const row of ROWS) await leaveRow(row, 8)
  crossFit('student_int8', 0)
  const { verdict, sentences } = await evaluateAgain()
  expect(verdict).toMatchObject({
    bundled: false,
    below: [{ row: 'student_int8', measures: ['mrr@10', 'ndcg@10'] }],
  })
  expect(sentences[0]).toMatch(/^student_int8 ranks significantly below bm25/)
})

it('measures no grades of people and of clicks together', async () => {
  await leavePairs(true, SPLITS, { graders: { train: 'clicks', validation: 'people', test: 'people' } })
  for (const row of ROWS) await leaveRow(row, 7)
  crossFit('student_int8', 7)
  const { crossFitted, sentences } = await evaluateAgain()
  expect(crossFitted).toBeUndefined()
  expect(sentences.join()).not.toContain('learned from the grades of train queries')
})

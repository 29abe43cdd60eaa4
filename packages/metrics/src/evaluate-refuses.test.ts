// What cannot be evaluated: an error that names what is wrong and what to do, and no report that looks whole.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeRun } from '@disranker/dataset'
import { writeRanked } from '@disranker/ranking'
import { findManifest, InputError } from '@disranker/stage'
import { expect, it } from 'vitest'
import {
  at,
  leave,
  leavePairs,
  leaveRow,
  options,
  ROWS,
  rank,
  useJudgedRows,
} from '../testing/judged-rows.ts'
import { evaluate } from './evaluate.ts'

useJudgedRows()

const fails = async (message: RegExp, given = options) => {
  const error = await evaluate(given).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(InputError)
  expect(String(error)).toMatch(message)
  expect(findManifest(at('evaluate'))).toBeUndefined()
}
/** Leaves a student folder whose test run is `text`. */
const studentRun = (text: string) =>
  leave('student', (folder) => {
    mkdirSync(join(folder, 'runs'))
    writeFileSync(join(folder, 'runs', 'test.run'), text)
    writeRun(join(folder, 'runs', 'validation.run'), rank('validation', 1), 'student')
    writeRanked(folder, { row: 'student', role: 'distilled', what: 'a student', lexicalWeight: 0 })
  })

it('no pairs', async () => {
  rmSync(at('pairs'), { recursive: true })
  await fails(/pairs is missing or not complete.*npx turbo run pairs/)
})
it('no rows', async () => {
  for (const row of ROWS) rmSync(at(row), { recursive: true })
  await fails(/There is no run to evaluate.*npx turbo run train/)
})
it('no judgements', async () => {
  await leavePairs(true, [])
  for (const row of ROWS) await leaveRow(row, 5)
  await fails(/There is no judged query to measure "bm25" on/)
})
it('a run that misses queries', async () => {
  await studentRun('test-0 Q0 d0 1 0.5 student\n')
  await fails(/The run of "student" misses 7 of 8 judged queries \(test-1, test-2, test-3, \.\.\.\)/)
})
it('a score that is no number', async () => {
  await studentRun('test-0 Q0 d0 1 NaN student\n')
  await fails(/test.run, line 1: "test-0 Q0 d0 1 NaN student"/)
})
it('a run of other pairs', async () => {
  await leavePairs(true, ['test'])
  await fails(/The row "bag_of_words" .* was made from other pairs/)
})
it('no run of the split', async () => {
  await leave('student', (folder) =>
    writeRanked(folder, { row: 'student', role: 'distilled', what: 'a student', lexicalWeight: 0 }),
  )
  await fails(/test.run is missing: the row "student" has no run of the test split/)
})
it('a broken curve', async () => {
  await leave('sft', (folder) => writeFileSync(join(folder, 'curve.jsonl'), '{"step"'))
  await fails(/curve.jsonl, line 1/, { ...options, stages: { ...options.stages, sft: at('sft') } })
})

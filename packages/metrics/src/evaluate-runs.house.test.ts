// Several runs of a model in one report: by seeds, without its lexical term, next to a kept one.
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeRun } from '@disranker/dataset'
import { NETWORK_ONLY, writeRanked } from '@disranker/ranking'
import { describe, expect, it } from 'vitest'
import {
  at,
  leave,
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
import { keepRuns } from './kept-runs.ts'

useJudgedRows()

describe('more than one run of a model', () => {
  it('is shown without its lexical term, by seeds, and next to a kept one', async () => {
    keepRuns(options.stages, at('kept'), 'before')
    await leave(
      'student',
      (folder) => {
        writeRanked(folder, {
          row: 'student',
          role: 'distilled',
          what: 'a student',
          lexicalWeight: 0.2,
          seeds: [5, 6],
        })
        for (const [name, right] of [
          ['', 8],
          [NETWORK_ONLY, 2],
          ['seed-5', 6],
          ['seed-6', 4],
        ] as const) {
          mkdirSync(join(folder, 'runs', name), { recursive: true })
          for (const split of SPLITS)
            writeRun(join(folder, 'runs', name, `${split}.run`), rank(split, right), 'student')
        }
      },
      { pairs: at('pairs') },
    )
    await evaluate({ ...options, kept: at('kept'), recipe: { ...options.recipe, kept: ['before'] } })
    expect(readFileSync(join(at('evaluate'), 'report.html'), 'utf8')).toMatch(
      /Loss by step of [^<"]*student@before/,
    )
    const { test, sentences } = readReport()
    const difference = (row: string, baseline: string) =>
      test.differences.find((one) => one.row === row && one.baseline === baseline)?.measures['mrr@10'].value
    expect(test.rows.student!['mrr@10'].value).toBe(1)
    expect(difference('student', 'student_network')).toBeGreaterThan(0)
    expect(difference('student_network', 'bm25')).toBeDefined()
    expect(difference('student@before', 'student')).toBeLessThan(0)
    const [spread] = test.spreads
    expect([spread!.row, spread!.seeds]).toEqual(['student', [5, 6]])
    const values = spread!.measures['mrr@10'].values
    expect(values).toHaveLength(3)
    expect(values[0]).toBe(1)
    expect(values[0]! > values[1]! && values[1]! > values[2]!).toBe(true)
    const said = sentences.join('\n')
    expect(said).toMatch(/student 0\.2/)
    expect(said).toMatch(/student from 3 seeds: MRR@10 1\.000, /)
    expect(said).toMatch(/student@before is not significantly different from student in MRR@10 \(−0.240/)
  })

  it('leaves out, and names, what was kept from other pairs', async () => {
    keepRuns(options.stages, at('kept'), 'before')
    await leavePairs(true, SPLITS, {
      notices: ['other'],
      grades: (query) => new Map([['d0', query === 'test-1' ? 2 : 1]]),
    })
    for (const row of ROWS) await leaveRow(row, 5)
    await evaluate({ ...options, kept: at('kept') })
    const { missing, test } = readReport()
    expect(Object.keys(test.rows).filter((row) => row.includes('@'))).toEqual([])
    expect(missing).toContain('student@before (kept from other pairs: not comparable)')
  })

  it('is refused under a name that is taken, is none, or is not there', async () => {
    keepRuns(options.stages, at('kept'), 'before')
    expect(() => keepRuns(options.stages, at('kept'), 'before')).toThrow(/already/)
    expect(() => keepRuns(options.stages, at('kept'), '../out')).toThrow(/cannot name a kept run/)
    expect(() => keepRuns({}, at('kept'), 'empty')).toThrow(/nothing to keep/)
    const wrong = { ...options, kept: at('kept'), recipe: { ...options.recipe, kept: ['befor'] } }
    expect(() => evaluate(wrong)).toThrow(/asks for the kept run "befor"; there are before/)
  })
})

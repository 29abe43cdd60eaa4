import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Run, writeQrels, writeRun } from '@disranker/dataset'
import { findManifest, InputError, runStage } from '@disranker/stage'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type EvaluateOptions, evaluate } from './evaluate.ts'
import type { Report } from './report.ts'

const ROWS = ['two_tower', 'teacher', 'student_labels', 'student', 'student_int8'] as const
const DOCUMENTS = ['d0', 'd1', 'd2', 'd3']
const SPLITS = ['test', 'validation'] as const
const queriesOf = (split: string) => Array.from({ length: 8 }, (_, i) => `${split}-${i}`)
/** document i of query n has grade 3 when they are equal modulo 4, its right neighbour grade 1 */
const grade = (query: string, document: string) => {
  const apart = (Number(document[1]) - Number(query.at(-1)) + 8) % 4
  return apart === 0 ? 3 : apart === 1 ? 1 : 0
}
/** scores that follow the grades of the first `right` queries, and the names of the documents in the others */
const rank = (split: string, right: number, shift = 0): Run =>
  new Map(
    queriesOf(split).map((query, index) => [
      query,
      DOCUMENTS.map((document, i) => ({
        document,
        score: (index < right ? grade(query, document) : -i) + shift,
      })).sort((a, b) => b.score - a.score),
    ]),
  )

let home = ''
let options: EvaluateOptions
const quiet = { start() {}, update() {}, stop() {}, say() {} }
const at = (name: string) => join(home, name)

/** Leaves a complete folder, as a stage does. */
function leave(
  name: string,
  fill: (folder: string) => void,
  inputs: Record<string, string> = {},
  metrics = {},
) {
  return runStage({
    name,
    out: at(name),
    inputs,
    recipe: {},
    progress: quiet,
    async run({ folder }) {
      fill(folder)
      return metrics
    },
  })
}

const leavePairs = (simulatedClicks = true, judged: readonly string[] = SPLITS) =>
  leave(
    'pairs',
    (folder) => {
      const lines = SPLITS.flatMap((split) =>
        queriesOf(split).map((id) => JSON.stringify({ id, text: id, split })),
      )
      writeFileSync(join(folder, 'queries.jsonl'), lines.join('\n'))
      writeFileSync(join(folder, 'documents.jsonl'), '')
      writeFileSync(join(folder, 'clicks.jsonl'), '')
      for (const split of ['train', 'validation', 'test', 'weak']) {
        const queries = judged.includes(split) ? queriesOf(split) : []
        const grades = (query: string) =>
          new Map(DOCUMENTS.map((document) => [document, grade(query, document)]))
        writeQrels(
          join(folder, `qrels.${split}.txt`),
          new Map(queries.map((query) => [query, grades(query)])),
        )
      }
      for (const split of SPLITS) writeRun(join(folder, `bm25.${split}.run`), rank(split, 0), 'bm25')
    },
    {},
    { simulatedClicks },
  )

const leaveRow = (row: string, right: number, shift = 0) =>
  leave(
    row,
    (folder) => {
      mkdirSync(join(folder, 'runs'))
      for (const split of SPLITS)
        writeRun(join(folder, 'runs', `${split}.run`), rank(split, right, shift), row)
      writeFileSync(join(folder, 'curve.jsonl'), '{"step":1,"loss":2}\n{"step":2,"loss":1}\n')
    },
    { pairs: at('pairs') },
  )

const readReport = () => JSON.parse(readFileSync(join(at('evaluate'), 'report.json'), 'utf8')) as Report

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'evaluate-'))
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  await leavePairs()
  const right = [8, 3, 5, 5, 5]
  for (const [i, row] of ROWS.entries()) await leaveRow(row, right[i]!, row === 'student_int8' ? 0.25 : 0)
  options = {
    pairs: at('pairs'),
    rows: Object.fromEntries(ROWS.map((row) => [row, at(row)])),
    curves: { sft: at('teacher'), distil: at('student') },
    out: at('evaluate'),
    recipe: { resampling: { samples: 256, seed: 1 }, relevant: 3, teacherFromScratch: true },
  }
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(home, { recursive: true, force: true })
})

describe('a whole river', () => {
  it('gives every row its figures, worked by hand', async () => {
    await evaluate(options)
    const { test, validation, agreement, missing, sentences } = readReport()
    expect(Object.keys(test.rows)).toEqual(['bm25', ...ROWS])
    expect(test.queries).toBe(8)
    // by name, the right document of query n stands at rank n mod 4 + 1: mean of 1, 1/2, 1/3 and 1/4 is 25/48
    expect(test.rows.bm25!['mrr@10'].value).toBeCloseTo(25 / 48, 12)
    expect(test.rows.bm25!['precision@1'].value).toBe(1 / 4)
    // the first three are right; the other five have 1/4, 1, 1/2, 1/3, 1/4
    expect(test.rows.teacher!['mrr@10'].value).toBeCloseTo((3 + 1 / 4 + 1 + 1 / 2 + 1 / 3 + 1 / 4) / 8, 12)
    expect(test.rows.two_tower).toMatchObject({
      'mrr@10': { value: 1, low: 1, high: 1 },
      'ndcg@10': { value: 1, low: 1, high: 1 },
      // no wrong pair: infinite
      pnr: { value: null },
      'recall@100': { value: 1 },
    })
    // PNR may be infinite, which JSON cannot say
    for (const { pnr: _, ...row } of Object.values(test.rows))
      for (const { value, low, high } of Object.values(row)) {
        expect(low).toBeLessThanOrEqual(value)
        expect(high).toBeGreaterThanOrEqual(value)
      }
    expect(validation!.rows.bm25!['mrr@10'].value).toBeCloseTo(25 / 48, 12)
    expect(missing).toEqual([])
    expect(agreement).toEqual({
      row: 'student_int8',
      reference: 'student',
      pairs: 32,
      maxDifference: 0.25,
      meanDifference: 0.25,
      rankCorrelation: 1,
      sameTop: 1,
    })
    expect(sentences.join('\n')).toContain(
      'Best in MRR@10 on the test split (8 queries): two_tower with 1.000',
    )
    expect(sentences.join('\n')).toContain('The clicks are simulated')
    expect(findManifest(at('evaluate'))?.metrics).toMatchObject({ queries: 8, missing: [] })
  })

  it('compares with bm25, distillation with labels and int8 with fp32', async () => {
    await evaluate(options)
    const { differences } = readReport().test
    const of = (row: string, baseline: string) =>
      differences.find((one) => one.row === row && one.baseline === baseline)!.measures['mrr@10']
    for (const row of ROWS) expect(of(row, 'bm25').low).toBeLessThanOrEqual(of(row, 'bm25').high)
    expect(of('two_tower', 'bm25').value).toBeCloseTo(1 - 25 / 48, 12)
    // two_tower is better in six queries and equal in two: 2 of the 64 signs of the six give as much, of all 256 swaps 8
    expect(of('two_tower', 'bm25').p).toBe(8 / 256)
    expect(of('student', 'student_labels')).toEqual({ value: 0, low: 0, high: 0, p: 1 })
    expect(of('student_int8', 'student')).toEqual({ value: 0, low: 0, high: 0, p: 1 })
  })

  it('leaves a page with three pictures that fetches nothing', async () => {
    await evaluate(options)
    const page = readFileSync(join(at('evaluate'), 'report.html'), 'utf8')
    expect(page.match(/<svg/g)).toHaveLength(3)
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|src=/)
    expect(page).not.toMatch(/NaN|undefined|\[object/)
    expect(page).toContain('∞')
    for (const row of ROWS) expect(page).toContain(`<code>${row}</code>`)
  })

  it('gives the same bytes again', async () => {
    const first = await evaluate(options)
    const second = await evaluate({ ...options, out: at('again') })
    expect(second.content).toBe(first.content)
  })
})

describe('what is not there', () => {
  it('is named, and the rest is reported', async () => {
    rmSync(at('teacher'), { recursive: true })
    rmSync(at('student_int8'), { recursive: true })
    await evaluate(options)
    const report = readReport()
    expect(report.missing).toEqual([
      'the row teacher (decoder: continued pre-training, then ranking)',
      'the row student_int8 (the distilled student in int8: what is served)',
      'the training curve of sft',
    ])
    expect(Object.keys(report.test.rows)).toEqual(['bm25', 'two_tower', 'student_labels', 'student'])
    expect(report.sentences.join('\n')).toContain('Not there, so left out: the row teacher')
    expect(report.agreement).toBeUndefined()
    const page = readFileSync(join(at('evaluate'), 'report.html'), 'utf8')
    expect(page.match(/<svg/g)).toHaveLength(2)
    expect(page).toContain('<h2>Not there</h2>')
  })

  it('may be the judgements of validation, and real clicks', async () => {
    await leavePairs(false, ['test'])
    for (const row of ROWS) await leaveRow(row, 5)
    await evaluate(options)
    const report = readReport()
    expect(report.validation).toBeUndefined()
    expect(report.sentences.join('\n')).not.toContain('simulated')
  })
})

describe('an InputError says what is wrong', () => {
  const fails = async (message: RegExp) => {
    const error = await evaluate(options).catch((reason: unknown) => reason)
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
    await fails(/The row "two_tower" .* was made from other pairs/)
  })
  it('no run of the split', async () => {
    await leave('student', (folder) => writeFileSync(join(folder, 'curve.jsonl'), ''))
    await fails(/test.run is missing: the row "student" has no run of the test split/)
  })
  it('a broken curve', async () => {
    await leave('sft', (folder) => writeFileSync(join(folder, 'curve.jsonl'), '{"step"'))
    options = { ...options, curves: { sft: at('sft') } }
    await fails(/curve.jsonl, line 1/)
  })
})

import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Run } from '@disranker/dataset'
import { findManifest, runStage } from '@disranker/stage'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  at,
  DOCUMENTS,
  grade,
  leave,
  leavePairs,
  leaveRow,
  options,
  quiet,
  ROWS,
  rank,
  readReport,
  SPLITS,
  useJudgedRows,
} from '../testing/judged-rows.ts'
import { evaluate } from './evaluate.ts'
import { keepRuns } from './kept-runs.ts'

useJudgedRows()

describe('a whole pipeline', () => {
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
    expect(test.rows.bag_of_words).toMatchObject({
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
      'Best in MRR@10 on the test split (8 queries): bag_of_words with 1.000',
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
    expect(of('bag_of_words', 'bm25').value).toBeCloseTo(1 - 25 / 48, 12)
    // bag_of_words is better in six queries and equal in two: 2 of the 64 signs of the six give as much, of all 256 swaps 8
    expect(of('bag_of_words', 'bm25').p).toBe(8 / 256)
    const same = { value: 0, low: 0, high: 0, p: 1, corrected: 1 }
    expect(of('student', 'student_labels')).toEqual(same)
    expect(of('student_int8', 'student')).toEqual(same)
  })

  it('tells the gains of single queries, and opens with cards and advice', async () => {
    await evaluate(options)
    const { cards, advice, gains, slices } = readReport()
    expect(cards.map(({ about, side }) => [about, side])).toEqual([
      ['served', 'level'],
      ['distillation', 'level'],
      ['int8', 'level'],
    ])
    expect(cards[0]!.compared).toMatchObject({ row: 'student_int8', baseline: 'bm25' })
    // of the first five queries, which are right, the first and the fifth were right before
    expect(gains).toMatchObject({ better: 3, worse: 0, same: 5 })
    expect(gains!.best[0]).toMatchObject({ query: 'test-2', text: 'test-2', served: 1 })
    expect(gains!.best[0]!.after[0]).toEqual({ id: 'd2', title: 'd2', grade: 3 })
    expect(slices).toEqual([])
    expect(advice.map(({ lever }) => lever)).toEqual(['judged-queries', 'better-teacher'])
    const page = readFileSync(join(at('evaluate'), 'report.html'), 'utf8')
    const order = ['class="cards"', '<figure>', 'What to do next', '<details', '</body>']
    const places = order.map((text) => page.indexOf(text))
    expect(places.toSorted((a, b) => a - b)).toEqual(places)
    expect(page).toContain('href="http://127.0.0.1:8787/#q=test-3"')
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

describe('queries that cannot be ranked well by anything', () => {
  it('do not end the stage: those of grade 0 are left out, those that match nothing count 0, both are named', async () => {
    const odd = new Set(['test-0', 'test-1'])
    const without = (run: Run) => new Map([...run].filter(([id]) => id !== 'test-1'))
    await leavePairs(true, SPLITS, {
      grades: (query) => new Map(DOCUMENTS.map((id) => [id, query === 'test-0' ? 0 : grade(query, id)])),
      firstStage: without,
    })
    for (const row of ROWS) await leaveRow(row, 8, 0, {})
    for (const row of ROWS) {
      const file = join(at(row), 'runs', 'test.run')
      // a model ranks what the first stage hands over
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/^test-1 .*\n/gm, ''))
      const manifest = JSON.parse(readFileSync(join(at(row), 'manifest.json'), 'utf8'))
      manifest.files['runs/test.run'].bytes = readFileSync(file).length
      writeFileSync(join(at(row), 'manifest.json'), JSON.stringify(manifest))
    }
    await evaluate(options)
    const { test, sentences } = readReport()
    expect(test.queries).toBe(8 - 1)
    expect(test.coverage).toEqual({ ungraded: ['test-0'], unmatched: ['test-1'], missed: [] })
    // all right but the one that nothing was found for
    expect(test.rows.student!['mrr@10'].value).toBeCloseTo(6 / 7, 12)
    for (const id of odd) expect(sentences.join('\n')).toContain(`${id}.`)
  })

  it.each([1, 2])('with grades up to %d count all the same: relevant goes by the judgements', async (top) => {
    await leavePairs(true, SPLITS, {
      grades: (query) => new Map(DOCUMENTS.map((id) => [id, grade(query, id) === 3 ? top : 0])),
    })
    for (const row of ROWS) await leaveRow(row, 8)
    await evaluate(options)
    const { test } = readReport()
    expect(test.withoutRelevant).toBe(0)
    expect(test.rows.student!['mrr@10'].value).toBe(1)
  })
})

describe('a served model below the first stage', () => {
  beforeEach(async () => {
    await leavePairs(true, SPLITS, { firstStage: (_, split) => rank(split, 8) })
    for (const row of ROWS) await leaveRow(row, 0)
  })
  it('is said first, and not bundled', async () => {
    const { metrics } = await evaluate(options)
    const { verdict, sentences } = readReport()
    // p of 8 queries is 8 / 256, and 10 comparisons are said: too few to tell
    expect(verdict).toEqual({
      bundled: false,
      served: true,
      below: [],
      undecided: [{ row: 'student_int8', measures: ['mrr@10', 'ndcg@10'] }],
    })
    expect(metrics.bundled).toBe(false)
    expect(sentences[0]).toMatch(
      /^student_int8 ranks below bm25, and 8 queries are too few to tell .*: MRR@10 −.*; nDCG@10 −.* It is not bundled/,
    )
  })
  it.each(['bundleBelowFirstStage', 'bundleUndecided'])(
    'is bundled when the recipe insists by %s',
    async (name) => {
      await evaluate({ ...options, recipe: { ...options.recipe, [name]: true } })
      expect(readReport().verdict.bundled).toBe(true)
      expect(readReport().sentences[0]).toContain('only because the recipe insists')
    },
  )
})

it('ends in a report when quantize refused the model, and bundles nothing', async () => {
  const leftOut = 'int8 ranks worse than float32'
  rmSync(at('student_int8'), { recursive: true })
  await leave('student_int8', () => {}, { pairs: at('pairs') }, { leftOut })
  const { metrics } = await evaluate(options)
  const { sentences, missing, verdict } = readReport()
  expect(metrics.bundled).toBe(false)
  expect(verdict.served).toBe(false)
  expect(sentences[0]).toMatch(/^No model is served, so nothing is bundled/)
  expect(missing).toEqual([`student_int8 (${leftOut})`])
  expect(sentences.join('\n')).toContain(`student_int8 (${leftOut})`)
})

it('does not say "from scratch" where a stage started from a model', async () => {
  await evaluate(options)
  expect(readReport().sentences.join()).toContain('trained from scratch')
  await runStage({
    name: 'cpt',
    out: at('cpt'),
    inputs: {},
    facts: { from: 'a model' },
    recipe: {},
    progress: quiet,
    run: async () => ({}),
  })
  await evaluate({ ...options, stages: { ...options.stages, cpt: at('cpt') } })
  expect(readReport().sentences.join()).not.toContain('trained from scratch')
})

it('says what was left out of the data, in its last lines and on the page', async () => {
  await leavePairs(true, SPLITS, {
    notices: [
      'pairs: skipped 17 of 900 rows of clicks.jsonl:',
      'pairs: 1 of 4 judged test queries have grades of 0 alone: q1.',
    ],
  })
  for (const row of ROWS) await leaveRow(row, 5)
  await evaluate(options)
  expect(readReport().notices).toHaveLength(1)
  // the rows that the colon announced are not here
  expect(readReport().sentences).toContain('skipped 17 of 900 rows of clicks.jsonl.')
  const page = readFileSync(join(at('evaluate'), 'report.html'), 'utf8')
  expect(page).toContain('<h2>The data, and missing rows</h2>')
  expect(page.match(/skipped 17 of 900/g)).toHaveLength(1)
})

describe('what is not there', () => {
  it('is named, and the rest is reported', async () => {
    rmSync(at('teacher'), { recursive: true })
    rmSync(at('student_int8'), { recursive: true })
    await evaluate(options)
    const report = readReport()
    expect(report.missing).toEqual([
      `teacher (${at('teacher')} is not complete)`,
      `student_int8 (${at('student_int8')} is not complete)`,
    ])
    expect(Object.keys(report.test.rows)).toEqual(['bm25', 'bag_of_words', 'student_labels', 'student'])
    expect(report.sentences.join('\n')).toContain('Missing, so left out: teacher (')
    expect(report.agreement).toBeUndefined()
    const page = readFileSync(join(at('evaluate'), 'report.html'), 'utf8')
    expect(page.match(/<svg/g)).toHaveLength(2)
    expect(page).toContain('<h2>The data, and missing rows</h2>')
    expect(report.cards.map(({ side }) => side)).toEqual(['missing', 'level', 'missing'])
    expect(report.gains).toBeUndefined()
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

it('leaves a row out whose test queries are ranked later, says so, and does not keep it', async () => {
  const file = join(at('student'), 'manifest.json')
  writeFileSync(file, JSON.stringify({ ...findManifest(at('student')), postponed: true }))
  rmSync(join(at('student'), 'runs', 'test.run'))
  await evaluate(options)
  const { missing, test } = readReport()
  expect(missing).toEqual(['student (its test queries are ranked later)'])
  expect(Object.keys(test.rows)).toEqual([
    'bm25',
    'bag_of_words',
    'teacher',
    'student_labels',
    'student_int8',
  ])
  expect(keepRuns(options.stages, at('kept'), 'before')).not.toContain('student')
})

// What clicks come to mean: grades, weights, splits, and who is left out of them.
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import recipe from '../../recipes/pairs.ts'
import { pairs } from '../pairs.ts'
import type { PairsRecipe } from '../pairs-recipe.ts'
import { toLines } from '../records/lines.ts'
import { readPairs } from '../records/read-pairs.ts'

let home: string
let input: string
let moment = 0
let sessions = 0
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'log-'))
  input = join(home, 'in')
  mkdirSync(input)
  moment = Date.UTC(2026, 0, 1)
  sessions = 0
  rows = []
  write(
    'documents.jsonl',
    toLines(
      ['a', 'b', 'c', 'd'].map((id) => ({ id, title: `thing ${id}`, summary: 'of old brown leather' })),
    ),
  )
  // what people judged, so that the clicks need not fill every split
  write('queries.jsonl', toLines([judged('v', 'validation'), judged('t', 'test')]))
  write('qrels.txt', 'v 0 a 1\nt 0 a 1\n')
})
afterEach(() => rmSync(home, { recursive: true }))

let rows: object[]
const judged = (id: string, split: string) => ({ id, text: `judged thing of ${id.repeat(9)}`, split })
const write = (name: string, content: string) => writeFileSync(join(input, name), content)
/** `times` sessions see a list for a query and click the documents in `clicked`, each session a minute after the last. */
function view(query: string, list: string, clicked: string, times = 1, session?: string): void {
  for (let i = 0; i < times; i++) {
    moment += 60_000
    sessions++
    for (const [position, doc_id] of [...list].entries())
      rows.push({
        timestamp: new Date(moment).toISOString(),
        session_id: session ?? `s${sessions}`,
        query,
        doc_id,
        position: position + 1,
        clicked: clicked.includes(doc_id),
      })
  }
}
async function run(changes: Partial<PairsRecipe> = {}) {
  write('clicks.jsonl', toLines(rows))
  const { metrics } = await pairs({ input, out: join(home, 'out'), recipe: { ...recipe, ...changes } })
  const { queries, clicks, judgements } = readPairs(join(home, 'out'))
  const list = [...queries]
  const idOf = (text: string) => list.find((query) => query.text === text)?.id
  return {
    metrics,
    notices: (metrics.notices as string[]).join('\n'),
    split: (text: string) => list.find((query) => query.text === text)?.split,
    grades: (text: string) => judgements.get(idOf(text) ?? '') ?? new Map<string, number>(),
    clicks: [...clicks].map((pair) => ({ ...pair, query: list.find(({ id }) => id === pair.query)!.text })),
  }
}
/** enough of a log for the models: a is clicked on top, b sometimes below it */
const background = () => {
  for (let n = 0; n < 30; n++) {
    view(`leather of kind ${'abcdefghij'[n % 10]!.repeat(6)}${'klm'[n % 3]!.repeat(6)}`, 'abcd', 'a', 6)
    view(`leather of kind ${'abcdefghij'[n % 10]!.repeat(6)}${'klm'[n % 3]!.repeat(6)}`, 'bacd', 'a', 3)
  }
}

describe('grades', () => {
  it('one click in one view is a grade, but never 3; the same a hundred times is', async () => {
    background()
    view('seen a single time', 'abcd', 'a')
    view('seen all the time', 'abcd', 'a', 100)
    const { grades } = await run()
    expect(grades('seen a single time').get('a')).toBeGreaterThanOrEqual(1)
    expect(grades('seen a single time').get('a')).toBeLessThan(3)
    expect(grades('seen all the time').get('a')).toBe(3)
  })

  it('what was passed over above a click is 0, what hardly anybody looked at is unknown', async () => {
    for (let n = 0; n < 40; n++)
      view(`leather of kind ${String.fromCharCode(97 + (n % 26)).repeat(9 + n)}`, 'abcd', 'b', 6)
    view('passed over above', 'abcd', 'b', 20)
    const { grades } = await run({ clicks: { ...recipe.clicks, model: 'cascade' } })
    expect(grades('passed over above').get('a')).toBe(0)
    expect(grades('passed over above').get('b')).toBe(3)
    expect(grades('passed over above').has('c')).toBe(false)
    expect(grades('passed over above').has('d')).toBe(false)
  })

  it('come into no split that people judged', async () => {
    background()
    write('queries.jsonl', toLines([judged('v', 'validation'), judged('t', 'test'), judged('r', 'train')]))
    write('qrels.txt', 'v 0 a 1\nt 0 a 1\nr 0 a 1\n')
    const { metrics, notices, split } = await run()
    expect(metrics.judged).toMatchObject({ train: 1, validation: 1, test: 1 })
    expect(notices).toMatch(
      /people judged train queries, so the click grades of 30 others are not used there/,
    )
    expect(split('leather of kind aaaaaakkkkkk')).toBe('train')
  })
})

it('a pair weighs what its clicks sum to: ten thousand outweigh one', async () => {
  background()
  view('asked by many', 'abcd', 'b', 2000)
  view('asked by one', 'abcd', 'a')
  const { clicks } = await run()
  const weight = (query: string) => clicks.find((pair) => pair.query === query)!.weight
  expect(weight('asked by many') / weight('asked by one')).toBeGreaterThan(1900)
  expect(clicks.find(({ query }) => query === 'asked by many')).toMatchObject({
    document: 'b',
    clicks: 2000,
    impressions: 2000,
  })
})

describe('splits', () => {
  const bare = () => {
    rmSync(join(input, 'queries.jsonl'))
    rmSync(join(input, 'qrels.txt'))
  }
  /** a word like no other, without digits */
  const word = (n: number) =>
    createHash('md5')
      .update(String(n))
      .digest('hex')
      .slice(0, 12)
      .replace(/\d/g, (digit) => 'ghijklmnop'[Number(digit)]!)

  it('go by time: train, then validation, then test, and clicks count in their own span alone', async () => {
    bare()
    // a query of every day, and on each day others that were never asked before
    for (let day = 0; day < 50; day++) {
      for (let n = 0; n < 4; n++) view(`thing ${word(day * 4 + n)}`, 'abcd', 'a', 4)
      view('the thing of every day', 'abcd', 'a', 3)
    }
    const { split, metrics, clicks } = await run()
    const { validationFrom, testFrom, by } = metrics.splits as Record<string, string>
    expect(by).toBe('time')
    expect(validationFrom! < testFrom!).toBe(true)
    expect(split(`thing ${word(0)}`)).not.toBeUndefined()
    expect(split(`thing ${word(199)}`)).toBe('test')
    expect(split(`thing ${word(44 * 4)}`)).toBe('validation')
    const everyDay = clicks.find(({ query }) => query === 'the thing of every day')
    // its late views are those of validation and test: they teach nothing
    if (split('the thing of every day') === 'train') expect(everyDay!.impressions).toBeLessThan(150 * 0.85)
    else expect(everyDay).toBeUndefined()
  })

  it('keep near-duplicates together: other order, one edit; and out of what people judged to test', async () => {
    background()
    const near = ['ttttttttt of thing judged', 'judged thing of tttttttttt']
    for (const text of near) view(text, 'abcd', 'a', 9)
    view('judged thing of something else', 'abcd', 'a', 9)
    const { split, notices } = await run()
    for (const text of near) expect(split(text)).toBeUndefined()
    expect(split('judged thing of something else')).toBe('train')
    expect(notices).toMatch(/left out 2 queries of the log that are nearly the same as a judged one/)
  })
})

describe('privacy', () => {
  it('queries of fewer sessions than the bound are left out', async () => {
    background()
    view('my own secret name', 'abcd', 'a', 9, 'always the same')
    expect((await run()).split('my own secret name')).toBe('train')
    const { split, metrics } = await run({ log: { ...recipe.log, minSessions: 5 } })
    expect(split('my own secret name')).toBeUndefined()
    expect(metrics.log).toMatchObject({ rareQueries: 1 })
  })

  it('forget.txt takes a session out; no session leaves the stage', async () => {
    background()
    view('asked by somebody', 'abcd', 'a', 3, 'somebody-4711')
    expect((await run()).split('asked by somebody')).toBe('train')
    write('forget.txt', 'somebody-4711\nnobody\n')
    const { split, metrics } = await run()
    expect(split('asked by somebody')).toBeUndefined()
    expect(metrics.log).toMatchObject({ forgotten: 12 })
    for (const name of ['clicks.jsonl', 'queries.jsonl', 'inspect.html', 'manifest.json'])
      expect(readFileSync(join(home, 'out', name), 'utf8')).not.toContain('4711')
  })
})

it('leaves a page that says what is in the log', async () => {
  background()
  await run()
  const page = readFileSync(join(home, 'out', 'inspect.html'), 'utf8')
  expect(page.match(/<svg/g)).toHaveLength(3)
  for (const part of [
    'What it can teach',
    'Clicks by position',
    'words lost',
    'sessions taken for robots',
    '30 pairs of the train queries',
  ])
    expect(page).toContain(part)
  // the same data leaves the same page wherever it lies
  expect(page).not.toContain(home)
})

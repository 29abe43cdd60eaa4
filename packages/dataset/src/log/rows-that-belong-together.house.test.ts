// A view of a query is one view, however many rows and times a log has for it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import recipe from '../../recipes/pairs.ts'
import { type Database, openDatabase, query } from '../database/database.ts'
import { findInput } from '../input/input-folder.ts'
import { toLines, writeTexts } from '../records/lines.ts'
import { type ClickLogRecipe, readClickLog } from './click-log.ts'

let home: string
let database: Database
let said: string[]
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'rows-'))
  said = []
  database = await openDatabase(join(home, 'scratch'))
  await database.connection.run(
    `CREATE TABLE document_ids AS SELECT 'd' || range AS id, range::INTEGER AS document FROM range(20)`,
  )
})
afterEach(() => {
  database.close()
  rmSync(home, { recursive: true })
})

interface Row {
  readonly session: string
  readonly query?: string
  readonly at: number
  readonly position: number
  readonly document?: string
  readonly clicked: boolean
}
const START = Date.UTC(2026, 0, 1)
const list = (session: string, at: number, clicked: readonly number[], step = 0, query = 'shoes'): Row[] =>
  Array.from({ length: 10 }, (_, n) => ({
    session,
    query,
    at: at + n * step,
    position: n + 1,
    clicked: clicked.includes(n + 1),
  }))
async function views(rows: readonly Row[], changes: Partial<ClickLogRecipe> = {}) {
  const lines = rows.map(
    ({ session, query = 'shoes', at, position, document = `d${position}`, clicked }) => ({
      timestamp: new Date(START + 1000 * at).toISOString(),
      session_id: session,
      query,
      doc_id: document,
      position,
      clicked,
    }),
  )
  writeTexts(join(home, 'clicks.jsonl'), [toLines(lines)])
  const { clicks, forget } = findInput(home)
  const { metrics } = await readClickLog(
    database,
    clicks!,
    forget,
    { ...recipe.log, ...changes, badRows: recipe.badRows },
    { start() {}, update() {}, stop() {}, say: (line) => said.push(line) },
  )
  const made = await query<{ n: number; clicks: bigint }>(
    database.connection,
    'SELECT len(documents)::INTEGER AS n, clicks FROM views ORDER BY ALL',
  )
  return { metrics, made }
}
/** bits of positions */
const bits = (...positions: number[]) =>
  positions.reduce((sum, position) => sum | (1n << BigInt(position)), 0n)

it('rows with times of their own are one view, and its session is a person', async () => {
  const rows = Array.from({ length: 700 }, (_, n) => list(`s${n}`, 60 * n, [4], 3)).flat()
  const { metrics, made } = await views(rows)
  expect(metrics).toMatchObject({ robots: 0, views: 700 })
  expect(made.every(({ n, clicks }) => n === 10 && clicks === bits(4))).toBe(true)
})

describe('robots', () => {
  const people = Array.from({ length: 95 }, (_, n) => list(`s${n}`, 60 * n, [1])).flat()
  const robot = (name: string) =>
    Array.from({ length: 15 }, (_, n) => list(name, n, [2], 0, `query ${n}`)).flat()

  it('are sessions of many views a minute, and what goes with them is said', async () => {
    const { metrics } = await views([...people, ...robot('r')])
    expect(metrics).toMatchObject({ robots: 1, views: 95 })
    expect(said.join()).toMatch(
      /1 sessions have at least 10 views of queries and more than 10 a minute: 1\.0 % of the sessions, 13\.6 % of the clicks\. They are taken for robots/,
    )
  })

  it('that ask one query again and again are robots too', async () => {
    const again = Array.from({ length: 15 }, (_, n) => list('r', n, [2])).flat()
    expect((await views([...people, ...again])).metrics).toMatchObject({ robots: 1, views: 95 })
  })

  it('that would be too large a share end the stage', async () => {
    const robots = Array.from({ length: 20 }, (_, n) => robot(`r${n}`)).flat()
    await expect(views([...people, ...robots])).rejects.toThrow(
      /17\.4 % of the sessions, 75\.9 % of the clicks\. That is more than robots have.*people are among them.*Raise/,
    )
  })
})

describe('a click that is a row of its own', () => {
  const shown = (session: string, at: number) => list(session, at, [])
  const click = (session: string, at: number, position: number): Row => ({
    session,
    at,
    position,
    clicked: true,
  })

  it('belongs to what was shown before it', async () => {
    const rows = Array.from({ length: 60 }, (_, n) => [
      ...shown(`s${n}`, 60 * n),
      click(`s${n}`, 60 * n + 7, 3),
      click(`s${n}`, 60 * n + 9, 3),
    ]).flat()
    const { metrics, made } = await views(rows)
    expect(made).toHaveLength(60)
    expect(made.every(({ n, clicks }) => n === 10 && clicks === bits(3))).toBe(true)
    expect(metrics).toMatchObject({ merged: { repeated: 0, apart: 120 } })
    expect(said.join()).toContain('Merged 120 of 120 clicks with it, within 30 minutes')
  })

  it('belongs to the later view where there are two, and to none when it comes too late', async () => {
    const rows = [
      ...shown('s', 0),
      ...shown('s', 600),
      click('s', 605, 3),
      ...shown('t', 0),
      click('t', 3 * 3600, 5),
      ...Array.from({ length: 9 }, (_, n) => [...shown(`u${n}`, 0), click(`u${n}`, 5, 1)]).flat(),
    ]
    const { made } = await views(rows)
    // the late one is a view of its own
    expect(made.map(({ n, clicks }) => `${n} ${clicks}`).sort()).toEqual(
      ['1 32', '10 0', '10 0', '10 8', ...Array(9).fill('10 2')].sort(),
    )
  })

  it('is none where lists were seen twice and clicked the second time', async () => {
    const rows = Array.from({ length: 40 }, (_, n) => [
      ...list(`s${n}`, 600 * n, [2]),
      ...list(`s${n}`, 600 * n + 120, [5]),
    ]).flat()
    const { metrics, made } = await views(rows)
    expect(metrics).toMatchObject({ merged: { repeated: 0, apart: 0 } })
    expect(made.map(({ clicks }) => Number(clicks)).sort((a, b) => a - b)).toEqual([
      ...Array(40).fill(4),
      ...Array(40).fill(32),
    ])
  })
})

it('rows that stand there again count once, and that is said', async () => {
  const rows = Array.from({ length: 50 }, (_, n) => list(`s${n}`, 60 * n, [4], 3)).flat()
  const { metrics, made } = await views([...rows, ...rows])
  expect(made).toHaveLength(50)
  expect(metrics).toMatchObject({ merged: { repeated: 500, apart: 0 } })
  expect(said.join()).toContain('500 of 1000 rows are there again')
})

it('rows that stand there again change nothing of other sessions, nor of a query that was asked twice', async () => {
  const once = Array.from({ length: 30 }, (_, n) => list(`s${n}`, 60 * n, [4], 3)).flat()
  const again = list('again', 0, [2])
  const twice = [...list('twice', 0, [1]), ...list('twice', 600, [3]), ...list('twice', 700, [9], 0, 'boots')]
  const { metrics, made } = await views([...once, ...again, ...again, ...twice])
  expect(metrics).toMatchObject({ rows: 350, merged: { repeated: 10, apart: 0 }, views: 34 })
  expect(made.every(({ n }) => n === 10)).toBe(true)
  expect(made.map((view) => view.clicks)).toEqual([
    bits(1),
    bits(2),
    bits(3),
    ...Array(30).fill(bits(4)),
    bits(9),
  ])
})

it.each([
  ['20260301', '2026-03-01T00:00:00.000Z', 'dates (YYYYMMDD)', ''],
  ['20260301091502', '2026-03-01T09:15:02.000Z', 'dates (YYYYMMDD)', ''],
  ['1772356502', '2026-03-01T09:15:02.000Z', 'seconds', ' since 1970'],
  ['2026-03-01T09:15:02.000+0000', '2026-03-01T09:15:02.000Z', 'ISO 8601', ''],
])('reads the time %s', async (timestamp, from, timestamps, since) => {
  writeTexts(join(home, 'clicks.csv'), [
    `timestamp,session_id,query,doc_id,position,clicked\n${timestamp},s,shoes,d1,1,true\n${timestamp},s,shoes,d2,2,false\n`,
  ])
  const { metrics } = await readClickLog(
    database,
    findInput(home).clicks!,
    undefined,
    { ...recipe.log, badRows: recipe.badRows },
    { start() {}, update() {}, stop() {}, say: (line) => said.push(line) },
  )
  expect(metrics).toMatchObject({ from, timestamps })
  expect(said.join()).toContain(`timestamps read as ${timestamps}${since}.`)
})

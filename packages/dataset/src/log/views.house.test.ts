// Views are made a part of the sessions at a time: the same views, in memory that one part takes.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Database, openDatabase, query, queryOne } from '../database/database.ts'
import { makeViews } from './views.ts'

let home: string
let database: Database
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'views-'))
})
afterEach(() => {
  database.close()
  rmSync(home, { recursive: true, force: true })
})

/** Sessions of three pages of ten, the last one the first again; session 5 is a robot's, query 3 nobody's. */
const show = (rows: number) =>
  database.connection.run(`CREATE TABLE shown AS
    SELECT (session % 97 + page % 2)::INTEGER AS query, (row % 10 * 7 + session % 11)::INTEGER AS document,
      hash(session) AS session, session % 5 = 0 AS held_out, row // 10 * 1000 AS moment, (row % 10 + 1)::INTEGER AS position,
      hash(row) % 7 = 0 AS satisfied
    FROM (SELECT row, row // 30 AS session, row // 10 % 3 AS page FROM range(${rows}) AS rows(row));
    CREATE TABLE robots AS SELECT hash(5) AS session;
    CREATE TABLE known_queries AS SELECT DISTINCT query FROM shown WHERE query <> 3`)

it('makes the same views in any number of parts', async () => {
  database = await openDatabase(home)
  await show(30_000)
  const views = async (parts: number) => {
    await makeViews(database, parts, 8)
    const made = await query<{ positions: { items: number[] } }>(
      database.connection,
      'SELECT * FROM views ORDER BY ALL',
    )
    await database.connection.run('DROP TABLE views')
    return made
  }
  const whole = await views(1)
  expect(whole).toHaveLength(2964)
  expect(whole[0]!.positions).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  expect(await views(7)).toEqual(whole)
})

it('needs no more memory for more rows', { timeout: 60_000 }, async () => {
  database = await openDatabase(home, { memory: '60MB' })
  await show(1_000_000)
  // as one part the lists alone fill it
  await expect(makeViews(database, 1, 50)).rejects.toThrow(/out of memory/i)
  await makeViews(database, 10, 50)
  const { views } = await queryOne<{ views: number }>(
    database.connection,
    'SELECT count(*)::INTEGER AS views FROM views',
  )
  expect(views).toBe(98_965)
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Progress } from '@disranker/stage'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openDatabase, queryOne } from './database.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'database-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

/** would take hours */
const LONG =
  'CREATE TABLE long AS SELECT count(*) AS n FROM range(10000000) a(x), range(10000000) b(y) WHERE (x * y) % 7 = 3'

it('shows how far a long statement is, and ends it when it is told to', async () => {
  const stop = new AbortController()
  const seen: string[] = []
  const progress: Progress = {
    start: (what, total, unit) => seen.push(`${what}, ${total} ${unit}`),
    // the first statement is done by then
    update: (done) => done >= 100 && stop.abort(),
    stop: () => seen.push('stopped'),
    say: () => {},
  }
  const database = await openDatabase(home, { signal: stop.signal, progress, every: 10 })
  const run = database.run(
    'counting',
    `CREATE TABLE first AS SELECT 1 AS n; ${LONG}; CREATE TABLE last AS SELECT 1 AS n`,
  )
  await expect(run).rejects.toThrow(/interrupt|abort/i)
  // nor does it begin with another
  await expect(database.run('more', LONG)).rejects.toThrow(/abort/i)
  expect(seen).toEqual(['counting, 300 hundredths', 'stopped'])
  const { tables } = await queryOne<{ tables: number }>(
    database.connection,
    `SELECT count(*)::INTEGER AS tables FROM duckdb_tables() WHERE table_name IN ('first', 'last')`,
  )
  expect(tables).toBe(1)
  database.close()
})

it('shows nothing of what is done at once', async () => {
  const progress = new Proxy({} as Progress, {
    get: (_, name) => () => {
      throw new Error(`said ${String(name)}`)
    },
  })
  const database = await openDatabase(home, { progress, every: 60_000 })
  await database.run('quick', 'CREATE TABLE one AS SELECT 1 AS n; INSERT INTO one VALUES (2)')
  expect(await queryOne(database.connection, 'SELECT sum(n)::INTEGER AS n FROM one')).toEqual({ n: 3 })
  database.close()
})

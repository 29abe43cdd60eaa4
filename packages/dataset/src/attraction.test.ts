import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { plainProgress } from '@disranker/stage'
import { afterEach, beforeEach, expect, it } from 'vitest'
import recipe from '../recipes/pairs.ts'
import { explainClicks } from './attraction.ts'
import { openDatabase, queryOne } from './database.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'attraction-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

it('explains every pair of a log that is larger than what the database writes at a time', async () => {
  const database = await openDatabase(home)
  const { connection } = database
  // 80,000 queries with ten documents each, seen once
  await connection.run(`CREATE TABLE views AS SELECT q::INTEGER AS query, 0::BIGINT AS moment, q % 5 = 0 AS held_out,
      [(q + d)::INTEGER FOR d IN range(10)] AS documents, [(d + 1)::INTEGER FOR d IN range(10)] AS places,
      (1::UBIGINT << (q % 10 + 1)::UBIGINT) AS clicks FROM range(80000) t(q);
    CREATE TABLE log_splits AS SELECT query, 'train' AS split, 0::BIGINT AS begins, 1::BIGINT AS ends FROM views`)
  const options = { ...recipe.clicks, model: 'position-based', sample: 10_000, confidence: 0.8 } as const
  const quiet = plainProgress(() => {})
  await explainClicks(database, options, false, quiet, new AbortController().signal)
  const { pairs } = await queryOne<{ pairs: number }>(
    connection,
    'SELECT count(*)::DOUBLE AS pairs FROM attraction',
  )
  database.close()
  expect(pairs).toBe(800_000)
})

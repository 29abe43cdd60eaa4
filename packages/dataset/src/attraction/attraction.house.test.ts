import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { plainProgress } from '@disranker/stage'
import { afterEach, beforeEach, expect, it } from 'vitest'
import recipe from '../../recipes/pairs.ts'
import { openDatabase, queryOne } from '../database/database.ts'
import { explainClicks } from './attraction.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'attraction-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

it('explains every item of a log that is larger than what the database writes at a time', async () => {
  const database = await openDatabase(home)
  const { connection } = database
  // 80,000 queries with ten documents each, seen once
  await connection.run(`CREATE TABLE views AS SELECT q::INTEGER AS query, 0::BIGINT AS moment, q % 5 = 0 AS held_out,
      [(q + d)::INTEGER FOR d IN range(10)] AS documents, [(d + 1)::INTEGER FOR d IN range(10)] AS positions,
      (1::UBIGINT << (q % 10 + 1)::UBIGINT) AS clicks FROM range(80000) t(q);
    CREATE TABLE log_splits AS SELECT query, 'train' AS split, 0::BIGINT AS begins, 1::BIGINT AS ends FROM views`)
  const options = { ...recipe.clicks, model: 'position-based', sample: 10_000, confidence: 0.8 } as const
  const quiet = plainProgress(() => {})
  await explainClicks(database, options, false, quiet, new AbortController().signal)
  const { items } = await queryOne<{ items: number }>(
    connection,
    'SELECT count(*)::DOUBLE AS items FROM attraction',
  )
  database.close()
  expect(items).toBe(800_000)
})

it('learns how positions are looked at from a log of many row groups, which threads read side by side', async () => {
  const database = await openDatabase(home)
  const { connection } = database
  const looks = [1, 0.5, 0.3, 0.2]
  // 16,000 queries with four documents of their own each, in an order that turns: 160,000 views, all different
  await connection.run(`CREATE MACRO chance(a, b) AS (hash(a, b) % 1000003) / 1000003.0;
    CREATE TABLE views AS SELECT query, 0::BIGINT AS moment, view % 5 = 0 AS held_out, list(document ORDER BY position) AS documents,
      list(position ORDER BY position) AS positions,
      bit_or(CASE WHEN chance(view, position) < [${looks}][position] * chance(document, 'attraction') THEN 1::BIGINT << position ELSE 0 END) AS clicks
    FROM (SELECT view, (view // 10)::INTEGER AS query, position::INTEGER AS position, (view // 10 * 4 + (position + view) % 4)::INTEGER AS document
      FROM range(160000) AS views(view), range(1, 5) AS positions(position))
    GROUP BY view, query;
    CREATE TABLE log_splits AS SELECT DISTINCT query, 'train' AS split, 0::BIGINT AS begins, 1::BIGINT AS ends FROM views`)
  const options = { ...recipe.clicks, sample: 1_000_000, confidence: 0.8 }
  const quiet = plainProgress(() => {})
  const found = await explainClicks(database, options, false, quiet, new AbortController().signal)
  database.close()
  expect(found!.model.name).toBe('position-based')
  for (const [k, look] of found!.model.examination.entries()) expect(look / looks[k]!).toBeCloseTo(1, 1)
})

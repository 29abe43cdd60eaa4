// Views that another engine made give what the log itself gives.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InputError } from '@disranker/stage'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach, expect, it } from 'vitest'
import recipe from '../../recipes/pairs.ts'
import { sql } from '../database/sql.ts'
import { pairs } from '../pairs.ts'
import { toLines } from '../records/lines.ts'
import { normalisedSql } from '../records/normalise-query.ts'
import { sparkSql } from '../spark/spark-sql.ts'
import { MOSTLY, milliseconds } from './merge-rows.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'views-'))
  for (const name of ['log', 'views']) {
    mkdirSync(join(home, name))
    writeFileSync(
      join(home, name, 'documents.jsonl'),
      toLines(['a', 'b', 'c', 'd'].map((id) => ({ id, title: `thing ${id}`, summary: 'of brown leather' }))),
    )
  }
})
afterEach(() => rmSync(home, { recursive: true }))

const rows = Array.from({ length: 1200 }, (_, view) =>
  ['a', 'b', 'c', 'd'].map((_, position) => ({
    timestamp: new Date(Date.UTC(2026, 0, 1) + view * 60_000).toISOString(),
    // a session in three asks the same twice
    session_id: `s${view - (view % 6 === 1 ? 1 : 0)}`,
    query: `${view % 4 === 0 ? 'Leather' : 'leather'} of kind ${'abcdefghij'[view % 10]!.repeat(9)}`,
    doc_id: 'abcd'[(position + view) % 4]!,
    position: position + 1,
    clicked: (view * 7 + position * 5) % 11 < 3 - position,
    dwell_ms: 20_000,
  })),
).flat()

/** What Spark does, done by DuckDB with the same SQL. */
async function makeViews(change = ''): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const { minDwell, clickWindow, robotQueries, robotQueriesPerMinute, minSessions } = recipe.log
  const window = milliseconds(clickWindow)
  const values = {
    documents: 'list(document ORDER BY position)',
    positions: 'list(position ORDER BY position)',
  }
  await connection.run(`CREATE TABLE log_rows AS SELECT trim("query") AS text, doc_id AS document, hash(session_id) AS session,
      right(md5(session_id), 1) IN ('0', '1', '2') AS held_out, epoch_ms(timestamp::TIMESTAMP) AS moment,
      position::INTEGER AS position, clicked, dwell_ms AS dwell FROM '${join(home, 'log', 'clicks.jsonl')}';
    ${sql(new URL('./sql/encode-log.sql', import.meta.url), { minDwell, unsaid: 'false', key: normalisedSql('text') })}
    SET VARIABLE apart = (SELECT apart >= ${MOSTLY} * clicked FROM (${sql(new URL('./sql/row-forms.sql', import.meta.url), { part: 'true', window })}));
    CREATE TABLE merged AS ${sql(new URL('./sql/merge-rows.sql', import.meta.url), { part: 'true', window, apart: "getvariable('apart')" })};
    DROP TABLE shown; ALTER TABLE merged RENAME TO shown;
    ${sql(new URL('./sql/robots.sql', import.meta.url), { robotQueries, robotQueriesPerMinute })}
    ${sql(new URL('./sql/known-queries.sql', import.meta.url), { minSessions })}
    CREATE TABLE views AS ${sql(new URL('./sql/views.sql', import.meta.url), { ...values, maxPosition: 50, part: 'true' })}
    ${change}
    COPY (SELECT text AS query, moment, held_out, documents, positions, clicks FROM views JOIN logged_queries USING (query))
      TO '${join(home, 'views', 'views.parquet')}' (FORMAT parquet)`)
  connection.closeSync()
  instance.closeSync()
}
const run = (name: string) => pairs({ input: join(home, name), out: join(home, `out-${name}`), recipe })

/** the same log by a shop that writes a click as a row of its own, some seconds later, and some rows twice */
const apart = rows.flatMap((row, at) => {
  const shown = { ...row, clicked: false }
  const time = new Date(Date.parse(row.timestamp) + 5000).toISOString()
  return [shown, ...(at % 100 === 0 ? [shown] : []), ...(row.clicked ? [{ ...row, timestamp: time }] : [])]
})

it.each([
  ['a log of views', rows],
  ['a log of impressions and clicks', apart],
])('gives the same queries, grades, clicks and candidates from %s', { timeout: 60_000 }, async (_, rows) => {
  writeFileSync(join(home, 'log', 'clicks.jsonl'), toLines(rows))
  await makeViews()
  const [log, views] = [await run('log'), await run('views')]
  expect(views.metrics.log).toMatchObject({
    views: 1200,
    rows: 4800,
    clicks: rows.filter(({ clicked }) => clicked).length,
  })
  const files = Object.keys(log.files).filter((name) => name !== 'inspect.html')
  expect(files).toContain('qrels.train.txt')
  for (const name of files)
    expect(readFileSync(join(home, 'out-views', name), 'utf8'), name).toBe(
      readFileSync(join(home, 'out-log', name), 'utf8'),
    )
})

it('says what is wrong with views', { timeout: 60_000 }, async () => {
  writeFileSync(join(home, 'log', 'clicks.jsonl'), toLines(rows))
  await makeViews('UPDATE views SET positions = list_append(positions, 9) WHERE moment % 7 = 0;')
  await expect(run('views')).rejects.toThrow(
    /of 1200 views have a different number of documents and positions/,
  )
  for (const change of [
    'clicks = NULL',
    'held_out = NULL',
    'moment = NULL',
    'documents = list_append(documents[:-2], NULL)',
  ]) {
    await makeViews(`UPDATE views SET ${change} WHERE moment % 7 = 0;`)
    await expect(run('views')).rejects.toThrow(/of 1200 views lack a value.*Make the views again/)
  }
  await makeViews('UPDATE views SET clicks = 0;')
  await expect(run('views')).rejects.toThrow(/no view with a click on a document of the corpus/)
  writeFileSync(join(home, 'views', 'clicks.jsonl'), toLines(rows))
  await expect(run('views')).rejects.toThrow(InputError)
})

it('has SQL for Spark without a word that only DuckDB knows', () => {
  const job = sparkSql(recipe.log, { log: 's3a://logs/clicks', out: 's3a://logs/views' })
  expect(job).toContain('parquet.`s3a://logs/clicks`')
  // rows that belong together are merged there, too
  expect(job).toMatch(
    /SET VAR clicks_apart = [\s\S]*CREATE TABLE merged [\s\S]*clicks_apart[\s\S]*RENAME TO shown/,
  )
  expect(job).not.toMatch(/::|\blist\(|UBIGINT|\/\/ |QUALIFY|lambda/)
})

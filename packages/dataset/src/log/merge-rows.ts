// Merges rows of a log that belong together: duplicate rows, and a click in a separate row after the row of
// the shown document. A sample of the sessions tells the form of a log; only the rows of sessions that need
// it are rewritten.
import type { Progress } from '@disranker/stage'
import { type Database, queryOne } from '../database/database.ts'
import { sql } from '../database/sql.ts'
import { partsOf } from './views.ts'

/** rows in the sample that tells the form of a log */
const SAMPLE = 2_000_000

/** minimal share of clicked positions with a separate click row for clicks to be separate rows */
export const MOSTLY = 0.5

export const milliseconds = (minutes: number): number => 60_000 * minutes

/**
 * Sessions with more than one row for a position of a query: in all others no row belongs to another. A query
 * with as many rows as positions has one row for each.
 */
const AGAIN = `CREATE TABLE again AS SELECT DISTINCT session FROM (
  SELECT session FROM shown GROUP BY session, query
  HAVING count(*) > bit_count(bit_or(1::BIGINT << least(position, 62)))
)`
const IS_AGAIN = 'session IN (SELECT session FROM again)'

export interface MergedRows {
  /** duplicate rows */
  readonly repeated: number
  /** clicks in separate rows */
  readonly apart: number
}

/**
 * Rewrites the table `shown` if rows of it belong together, and prints the numbers.
 * @param rows of `shown`
 * @param minutes maximal time between a shown document and a click on it
 */
export async function mergeRows(
  database: Database,
  path: string,
  rows: number,
  minutes: number,
  progress: Progress,
): Promise<MergedRows> {
  const { connection } = database
  await database.run('pairs: positions that came again', AGAIN)
  const all = await queryOne<{ again: number; clicks: number }>(
    connection,
    `SELECT count(*) FILTER (again)::DOUBLE AS again, count(*) FILTER (clicked AND NOT again)::DOUBLE AS clicks
      FROM (SELECT clicked, ${IS_AGAIN} AS again FROM shown)`,
  )
  if (all.again === 0) return { repeated: 0, apart: 0 }
  const window = milliseconds(minutes)
  const sampled = Math.ceil(rows / SAMPLE)
  const form = await queryOne<{ clicked: number; apart: number }>(
    connection,
    sql(new URL('./sql/row-forms.sql', import.meta.url), {
      part: sampled === 1 ? 'true' : `session % ${sampled} = 0`,
      window,
    }),
  )
  const apart = form.clicked > 0 && form.apart / form.clicked >= MOSTLY
  const parts = partsOf(all.again)
  const different = { rows: 0, clicks: all.clicks }
  for (let part = 0; part < parts; part++) {
    const ofPart = `${IS_AGAIN} AND session % ${parts} = ${part}`
    const found = await queryOne<typeof different>(
      connection,
      `SELECT count(*)::DOUBLE AS rows, count(*) FILTER (clicked)::DOUBLE AS clicks FROM (SELECT DISTINCT * FROM shown WHERE ${ofPart})`,
    )
    different.rows += found.rows
    different.clicks += found.clicks
    const merged = sql(new URL('./sql/merge-rows.sql', import.meta.url), {
      apart: String(apart),
      window,
      part: ofPart,
    })
    await database.run(
      'pairs: rows that belong together',
      `${part === 0 ? 'CREATE TABLE merged AS' : 'INSERT INTO merged'}\n${merged}`,
    )
  }
  const merged = await queryOne<{ rows: number }>(connection, 'SELECT count(*)::DOUBLE AS rows FROM merged')
  await database.run(
    'pairs: rows that belong together',
    `DELETE FROM shown WHERE ${IS_AGAIN}; INSERT INTO shown SELECT * FROM merged; DROP TABLE merged; DROP TABLE again`,
  )
  const found = { repeated: all.again - different.rows, apart: different.rows - merged.rows }
  if (found.repeated > 0)
    progress.say(
      `${path}: ${found.repeated} of ${rows} rows are there again, with the same session, query, document, position and time: each counts once.`,
    )
  if (found.apart > 0)
    progress.say(
      apart
        ? `${path}: clicks come as rows of their own after the row of what was shown. Merged ${found.apart} of ${different.clicks} clicks with it, within ${minutes} minutes (log.clickWindow).`
        : `${path}: ${found.apart} rows differ from another in their click alone: they are one row, clicked.`,
    )
  return found
}

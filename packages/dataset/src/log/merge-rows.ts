// Rows of a log that are one thing: a row that stands there twice, and a click that is a row of its own after the row of what
// was shown. Some of the sessions tell which form a log has; only the rows of sessions that need it are written again.
import type { Progress } from '@disranker/stage'
import { type Database, queryOne } from '../database/database.ts'
import { sql } from '../database/sql.ts'
import { partsOf } from './views.ts'

/** rows that tell the form of a log */
const SAMPLE = 2_000_000

/** share of the clicked positions from which on clicks are rows of their own */
export const MOSTLY = 0.5

export const milliseconds = (minutes: number): number => 60_000 * minutes

/**
 * Sessions that met a position of a query more than once: no other row belongs to another. A query with as many rows as
 * positions met each of them once.
 */
const AGAIN = `CREATE TABLE again AS SELECT DISTINCT session FROM (
  SELECT session FROM shown GROUP BY session, query
  HAVING count(*) > bit_count(bit_or(1::BIGINT << least(position, 62)))
)`
const IS_AGAIN = 'session IN (SELECT session FROM again)'

export interface MergedRows {
  /** rows that stood there again */
  readonly repeated: number
  /** clicks that were rows of their own */
  readonly apart: number
}

/**
 * Rewrites the table `shown` where rows of it belong together, and says so.
 * @param rows of `shown`
 * @param minutes in which a click belongs to what was shown before it
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

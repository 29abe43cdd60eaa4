// Rows of a log that are one thing: a row that stands there twice, and a click that is a row of its own after the row of what
// was shown. Some of its sessions tell which form a log has; only a log that needs it is rewritten.
import type { Progress } from '@disranker/stage'
import { type Database, queryOne } from '../database/database.ts'
import { sql } from '../database/sql.ts'
import { partsOf } from './views.ts'

/** rows that tell the form of a log */
const SAMPLE = 2_000_000

/** share of the clicked positions from which on clicks are rows of their own */
export const MOSTLY = 0.5

export const milliseconds = (minutes: number): number => 60_000 * minutes

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
  const window = milliseconds(minutes)
  const sampled = Math.ceil(rows / SAMPLE)
  const form = await queryOne<{ rows: number; distinct_rows: number; clicked: number; apart: number }>(
    connection,
    sql(new URL('./sql/row-forms.sql', import.meta.url), {
      part: sampled === 1 ? 'true' : `session % ${sampled} = 0`,
      window,
    }),
  )
  const apart = form.clicked > 0 && form.apart / form.clicked >= MOSTLY
  if (!apart && form.distinct_rows === form.rows) return { repeated: 0, apart: 0 }
  const parts = partsOf(rows)
  const statements = Array.from({ length: parts }, (_, part) => {
    const merged = sql(new URL('./sql/merge-rows.sql', import.meta.url), {
      apart: String(apart),
      window,
      part: parts === 1 ? 'true' : `session % ${parts} = ${part}`,
    })
    return `${part === 0 ? 'CREATE TABLE merged AS' : 'INSERT INTO merged'}\n${merged}`
  })
  const clicks = 'count(*) FILTER (clicked)::DOUBLE'
  const before = await queryOne<{ different: number; clicks: number }>(
    connection,
    `SELECT count(*)::DOUBLE AS different, ${clicks} AS clicks FROM (SELECT DISTINCT * FROM shown)`,
  )
  await database.run(
    'pairs: rows that belong together',
    `${statements.join(';\n')}; DROP TABLE shown; ALTER TABLE merged RENAME TO shown`,
  )
  const after = await queryOne<{ rows: number }>(connection, 'SELECT count(*)::DOUBLE AS rows FROM shown')
  const found = { repeated: rows - before.different, apart: before.different - after.rows }
  if (found.repeated > 0)
    progress.say(
      `${path}: ${found.repeated} of ${rows} rows are there again, with the same session, query, document, position and time: each counts once.`,
    )
  if (found.apart > 0)
    progress.say(
      apart
        ? `${path}: clicks come as rows of their own after the row of what was shown. Merged ${found.apart} of ${before.clicks} clicks with it, within ${minutes} minutes (log.clickWindow).`
        : `${path}: ${found.apart} rows differ from another in their click alone: they are one row, clicked.`,
    )
  return found
}

// Turns rows of a log into views of result pages, one part of the sessions after the other. DuckDB keeps
// aggregated lists in memory until the last row is read, whatever its limit, so the size of a part bounds the
// memory.
import type { Database } from '../database/database.ts'
import { sql } from '../database/sql.ts'

/** rows of the sessions of one part: a few hundred megabytes */
const PART = 4_000_000

export const partsOf = (rows: number): number => Math.max(1, Math.ceil(rows / PART))

/**
 * Makes the table `views` from `shown`, one part of the sessions after the other; the number of parts does
 * not change the views.
 */
export async function makeViews(database: Database, parts: number, maxPosition: number): Promise<void> {
  const statements = Array.from({ length: parts }, (_, part) => {
    const views = sql(new URL('./sql/views.sql', import.meta.url), {
      documents: 'list(document ORDER BY position)',
      positions: 'list(position ORDER BY position)',
      maxPosition: Math.min(62, maxPosition),
      part: parts === 1 ? 'true' : `session % ${parts} = ${part}`,
    })
    return `${part === 0 ? 'CREATE TABLE views AS' : 'INSERT INTO views'}\n${views}`
  })
  await database.run('pairs: rows into views', statements.join('\n'))
}

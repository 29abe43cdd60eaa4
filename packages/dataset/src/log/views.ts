// Rows of a log become views of result pages, a part of the sessions after the other: DuckDB keeps lists that it gathers in
// memory until the last row is read, whatever its limit, so what is gathered at a time is bounded here.
import type { Database } from '../database/database.ts'
import { sql } from '../database/sql.ts'

/** rows whose sessions become views at a time: a few hundred megabytes */
const PART = 4_000_000

export const partsOf = (rows: number): number => Math.max(1, Math.ceil(rows / PART))

/** Makes the table `views` of `shown`, a part of the sessions after the other: the same views whatever the number of parts. */
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

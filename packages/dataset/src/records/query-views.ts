// The number of views of each test query in the log, if the log has them: the report tells frequent queries
// from rare ones.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readLines } from './lines.ts'

/** in the folder of the pairs stage, if the log has a test query */
export const QUERY_VIEWS = 'query-views.jsonl'

/** rows of the file, from the tables of the database */
export const SELECT_QUERY_VIEWS = `WITH asked AS (
    SELECT queries.id, ordinal, logged_queries.query
    FROM queries JOIN logged_queries USING (text) WHERE split = 'test'
    UNION
    SELECT queries.id, ordinal, logged_queries.query
    FROM queries JOIN judged_queries USING (id) JOIN logged_queries USING (key) WHERE queries.split = 'test'
  )
  SELECT json_object('query', id, 'views', count(*)) FROM asked JOIN views USING (query)
  GROUP BY id, ordinal ORDER BY ordinal`

/** Views by test query; queries that are not in the log are missing. */
export function readQueryViews(folder: string): ReadonlyMap<string, number> {
  const file = join(folder, QUERY_VIEWS)
  const rows = existsSync(file) ? readLines<{ query: string; views: number }>(file) : []
  return new Map(Array.from(rows, ({ query, views }) => [query, views]))
}

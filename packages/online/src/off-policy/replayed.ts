// Explored searches with another model's order of their documents.
import { existsSync } from 'node:fs'
import { InputError } from '@disranker/stage'
import type { DuckDBConnection } from '@duckdb/node-api'
import { sqlText } from '../recorded/metrics.ts'
import type { ExploredSearch } from './off-policy.ts'

/**
 * Needs the tables of `readTables` and `SEARCH_ROWS`.
 * @param file JSON lines of `{ "query_id": ..., "order": [ids] }`
 * @throws {InputError} the file does not exist, or has no order of an explored search
 */
export async function replayedSearches(
  connection: DuckDBConnection,
  name: string,
  file: string,
  { start, until }: { readonly start: string; readonly until: string },
): Promise<ExploredSearch[]> {
  if (!existsSync(file))
    throw new InputError(
      `${file} does not exist. Wanted: the other model's orders, a line {"query_id": "...", "order": ["id", ...]} for each search.`,
    )
  const rows = await connection.runAndReadAll(`
WITH orders AS (
  SELECT query_id, any_value("order") AS wanted
  FROM read_json(${sqlText(file)}, format = 'newline_delimited', columns = {query_id: 'VARCHAR', "order": 'VARCHAR[]'}) GROUP BY query_id
), clicks AS (
  SELECT query_id, list(DISTINCT document) AS clicked FROM credited WHERE action = 'click' GROUP BY query_id
)
SELECT unit, coalesce(query, array_to_string(list_sort(shown), ' ')) AS query, shown, propensities, wanted,
  coalesce(clicked, []) AS clicked
FROM searches JOIN participations USING (query_id) JOIN orders USING (query_id) LEFT JOIN clicks USING (query_id)
WHERE experiment = ${sqlText(name)} AND unit IS NOT NULL AND len(propensities) = len(shown)
  AND list_sort(wanted) = list_sort(shown)
  AND time >= ${sqlText(start)}::TIMESTAMPTZ AND time < ${sqlText(until)}::TIMESTAMPTZ
ORDER BY query_id`)
  const searches = rows.getRowObjectsJS() as unknown as (Omit<ExploredSearch, 'clicked'> & {
    readonly clicked: readonly string[]
  })[]
  if (searches.length === 0)
    throw new InputError(
      `${file} has no order of a search that "${name}" explored. Wanted: the query_id of a recorded search, and the ids that it showed in the other model's order.`,
    )
  return searches.map(({ clicked, ...search }) => ({ ...search, clicked: new Set(clicked) }))
}

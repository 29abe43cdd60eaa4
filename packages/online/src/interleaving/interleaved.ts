// The points of each team in an interleaved experiment, by unit.
import type { DuckDBConnection } from '@duckdb/node-api'
import { sqlText } from '../recorded/metrics.ts'
import { estimatePreference, type Points, type Preference } from './preference.ts'

/**
 * The preference for the second arm of an experiment of the design `team-draft`; needs the tables of `readTables` and `SEARCH_ROWS`.
 * A search counts once, for the team with more clicked documents.
 */
export async function interleavedPreference(
  connection: DuckDBConnection,
  name: string,
  { start, until, alpha }: { start: string; until: string; alpha: number },
): Promise<Preference> {
  const rows = await connection.runAndReadAll(`
WITH clicks AS (
  SELECT DISTINCT unit, query_id, credited.document, teams[credited.position] AS team
  FROM credited JOIN searches USING (query_id) JOIN participations USING (query_id)
  WHERE credited.action = 'click' AND experiment = ${sqlText(name)} AND unit IS NOT NULL
    AND searches.time >= ${sqlText(start)}::TIMESTAMPTZ AND searches.time < ${sqlText(until)}::TIMESTAMPTZ
), points AS (
  SELECT unit, query_id, count(*) FILTER (team = 'b') - count(*) FILTER (team = 'a') AS lead FROM clicks GROUP BY unit, query_id
)
SELECT count(*) FILTER (lead > 0)::DOUBLE AS wins, count(*) FILTER (lead < 0)::DOUBLE AS losses, count(*) FILTER (lead = 0)::DOUBLE AS ties
FROM points GROUP BY unit ORDER BY unit`)
  return estimatePreference(rows.getRowObjectsJS() as unknown as Points[], alpha)
}

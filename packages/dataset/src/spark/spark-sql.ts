// The SQL of the log as one job for Spark: the files that `pairs` runs on DuckDB, with Spark's words for a list in order.
import type { ClickLogRecipe } from '../click-log.ts'
import { MOSTLY, milliseconds } from '../merge-rows.ts'
import { sql } from '../sql.ts'

const listOf = (field: string) =>
  `transform(array_sort(collect_list(struct(place, document))), item -> item.${field})`

/** Rows that are one thing become one row; all rows of the log tell its form. */
const mergedRows = (window: number) => `DECLARE OR REPLACE VARIABLE clicks_apart BOOLEAN DEFAULT false;
SET VAR clicks_apart = (SELECT clicked > 0 AND apart >= ${MOSTLY} * clicked FROM (
${sql('row-forms', { part: 'true', window })}));
CREATE TABLE merged USING parquet AS
${sql('merge-rows', { part: 'true', window, apart: 'clicks_apart' })};
DROP TABLE shown;
ALTER TABLE merged RENAME TO shown;`

export interface SparkJob {
  /** a Parquet file or folder, as Spark names it */
  readonly log: string
  /** the folder to write */
  readonly out: string
}

export const sparkSql = (
  { minDwell, clickWindow, robotQueries, robotQueriesPerMinute, maxPosition, minSessions }: ClickLogRecipe,
  { log, out }: SparkJob,
): string =>
  [
    sql('spark-log', { log }),
    // as close to NFC and the spaces of Unicode as Spark comes; `pairs` does the rest when it reads the views
    sql('encode-log', { minDwell, unsaid: 'false', key: "trim(regexp_replace(lower(text), '\\\\s+', ' '))" }),
    mergedRows(milliseconds(clickWindow)),
    sql('robots', { robotQueries, robotQueriesPerMinute }),
    sql('known-queries', { minSessions }),
    `CREATE TABLE views AS\n${sql('views', {
      documents: listOf('document'),
      places: listOf('place'),
      maxPosition: Math.min(62, maxPosition),
      part: 'true',
    })}`,
    sql('views-out', { out }),
  ].join('\n')

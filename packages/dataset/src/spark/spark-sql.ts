// The SQL of the log as one job for Spark: the files that `pairs` runs on DuckDB, with Spark's function for
// sorted lists.

import { sql } from '../database/sql.ts'
import type { ClickLogRecipe } from '../log/click-log.ts'
import { MOSTLY, milliseconds } from '../log/merge-rows.ts'

const listOf = (field: string) =>
  `transform(array_sort(collect_list(struct(position, document))), item -> item.${field})`

/** Merges rows that belong together; all rows of the log tell its form. */
const mergedRows = (window: number) => `DECLARE OR REPLACE VARIABLE clicks_apart BOOLEAN DEFAULT false;
SET VAR clicks_apart = (SELECT clicked > 0 AND apart >= ${MOSTLY} * clicked FROM (
${sql(new URL('../log/sql/row-forms.sql', import.meta.url), { part: 'true', window })}));
CREATE TABLE merged USING parquet AS
${sql(new URL('../log/sql/merge-rows.sql', import.meta.url), { part: 'true', window, apart: 'clicks_apart' })};
DROP TABLE shown;
ALTER TABLE merged RENAME TO shown;`

export interface SparkJob {
  /** a Parquet file or folder, as Spark names it */
  readonly log: string
  /** the output folder */
  readonly out: string
}

export const sparkSql = (
  { minDwell, clickWindow, robotQueries, robotQueriesPerMinute, maxPosition, minSessions }: ClickLogRecipe,
  { log, out }: SparkJob,
): string =>
  [
    sql(new URL('./spark-log.sql', import.meta.url), { log }),
    // Spark's closest form of NFC and Unicode white space; `pairs` does the rest when it reads the views
    sql(new URL('../log/sql/encode-log.sql', import.meta.url), {
      minDwell,
      unsaid: 'false',
      key: "trim(regexp_replace(lower(text), '\\\\s+', ' '))",
    }),
    mergedRows(milliseconds(clickWindow)),
    sql(new URL('../log/sql/robots.sql', import.meta.url), { robotQueries, robotQueriesPerMinute }),
    sql(new URL('../log/sql/known-queries.sql', import.meta.url), { minSessions }),
    `CREATE TABLE views AS\n${sql(new URL('../log/sql/views.sql', import.meta.url), {
      documents: listOf('document'),
      positions: listOf('position'),
      maxPosition: Math.min(62, maxPosition),
      part: 'true',
    })}`,
    sql(new URL('./views-out.sql', import.meta.url), { out }),
  ].join('\n')

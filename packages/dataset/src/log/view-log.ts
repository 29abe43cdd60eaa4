// A log whose views another engine made (src/spark): one row for each view, in Parquet. That engine has
// removed robots, rare queries and unusable rows; only the numbers of its texts are left to assign.
import { InputError, type Progress } from '@disranker/stage'
import { type Database, query, queryOne, quote } from '../database/database.ts'
import { sql } from '../database/sql.ts'
import type { InputTable } from '../input/input-files.ts'
import { normalisedSql } from '../records/normalise-query.ts'
import { idSql } from '../tables/columns.ts'
import type { ClickLog, ClickLogRecipe } from './click-log.ts'

const COLUMNS = ['query', 'moment', 'held_out', 'documents', 'positions', 'clicks'] as const

/** a view without a value is refused; no default replaces it */
const EMPTY = `text IS NULL OR text = '' OR moment IS NULL OR held_out IS NULL OR documents IS NULL OR positions IS NULL
  OR clicks IS NULL OR list_count(documents) < len(documents) OR list_count(positions) < len(positions)`

/**
 * Writes `logged_queries` and `views` as `readClickLog` does.
 * @throws {InputError} when a column is missing, documents and positions differ in number, or no view with a click is left
 */
export async function readViewLog(
  database: Database,
  input: InputTable,
  recipe: Pick<ClickLogRecipe, 'maxPosition'>,
  progress: Progress,
): Promise<ClickLog> {
  const { connection } = database
  const files = input.files.map(quote).join(', ')
  const there = await query<{ column_name: string }>(
    connection,
    `DESCRIBE SELECT * FROM read_parquet([${files}])`,
  )
  for (const name of COLUMNS)
    if (!there.some(({ column_name }) => column_name === name))
      throw new InputError(
        `${input.path} has no column "${name}". It has: ${there.map(({ column_name }) => column_name).join(', ')}. Wanted: ${COLUMNS.join(', ')}, as src/spark/views-out.sql writes them. Make the views again, or bring the log itself as clicks.parquet.`,
      )
  await database.run(
    `reading ${input.path}`,
    sql(new URL('./sql/read-views.sql', import.meta.url), {
      files,
      key: normalisedSql('text'),
      id: idSql('placed.document'),
      maxPosition: Math.min(62, recipe.maxPosition),
    }),
  )
  const facts = await queryOne<Facts>(
    connection,
    `SELECT (SELECT count(*) FROM view_rows)::DOUBLE AS told,
      (SELECT count(*) FROM view_rows WHERE len(documents) IS DISTINCT FROM len(positions))::DOUBLE AS uneven,
      (SELECT count(*) FROM view_rows WHERE ${EMPTY})::DOUBLE AS empty,
      (SELECT coalesce(sum(len(documents)), 0) FROM view_rows)::DOUBLE AS "toldRows",
      (SELECT count(*) FROM logged_queries)::DOUBLE AS queries,
      count(*)::DOUBLE AS views, coalesce(sum(len(documents)), 0)::DOUBLE AS rows,
      count(*) FILTER (clicks > 0)::DOUBLE AS "clickedViews", coalesce(sum(bit_count(clicks)), 0)::DOUBLE AS clicks,
      min(moment)::DOUBLE AS first, max(moment)::DOUBLE AS last FROM views`,
  )
  await connection.run('DROP TABLE view_rows')
  const { told, uneven, empty, toldRows, ...left } = facts
  if (empty > 0)
    throw new InputError(
      `${input.path}: ${empty} of ${told} views lack a value. Wanted: ${COLUMNS.join(', ')} in every view, and no null in a list. Make the views again.`,
    )
  if (uneven > 0)
    throw new InputError(
      `${input.path}: ${uneven} of ${told} views have a different number of documents and positions. Wanted: a position for every document. Make the views again.`,
    )
  if (left.clickedViews === 0)
    throw new InputError(
      `${input.path} has no view with a click on a document of the corpus, among ${told}. Do its documents have the ids of the documents file?`,
    )
  const lost = toldRows - left.rows
  if (lost > 0)
    progress.say(
      `${input.path}: left out ${lost} of ${toldRows} shown documents that the corpus lacks or that are below position ${recipe.maxPosition}.`,
    )
  const { first, last, ...counts } = left
  const [from, to] = [new Date(first).toISOString(), new Date(last).toISOString()]
  progress.say(`${input.path}: ${left.views} views from ${from.slice(0, 10)} to ${to.slice(0, 10)}.`)
  return { input, clicksOnly: false, metrics: { ...counts, badRows: lost, clicksOnly: false, from, to } }
}

interface Facts {
  readonly told: number
  readonly uneven: number
  readonly empty: number
  readonly toldRows: number
  readonly queries: number
  readonly views: number
  readonly rows: number
  readonly clickedViews: number
  readonly clicks: number
  readonly first: number
  readonly last: number
}

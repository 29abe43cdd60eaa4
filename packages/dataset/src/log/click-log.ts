// Turns a click log into views of result pages. It removes rows that cannot be used, sessions of robots,
// sessions that are listed to be forgotten, and queries that too few sessions asked.
import { randomBytes } from 'node:crypto'
import { InputError, type Progress } from '@disranker/stage'
import type { Connection } from '../database/connection.ts'
import { type Database, queryOne } from '../database/database.ts'
import { sql } from '../database/sql.ts'
import type { InputTable } from '../input/input-files.ts'
import type { PairsRecipe } from '../pairs-recipe.ts'
import { normalisedSql } from '../records/normalise-query.ts'
import { type BadRowBound, dropBadRows } from '../tables/bad-rows.ts'
import { type ColumnMap, idSql } from '../tables/columns.ts'
import { type Loaded, loadTable } from '../tables/table.ts'
import { COLUMNS, derived, SELECT, UNITS, unitOf } from './click-log-rows.ts'
import { forgetSessions } from './forget.ts'
import { mergeRows } from './merge-rows.ts'
import { makeViews, partsOf } from './views.ts'

export type ClickLogRecipe = PairsRecipe['log']

export interface ClickLog {
  /** the log, or undefined when there is none */
  readonly input: InputTable | undefined
  /** every row is a click: the log does not say which documents were shown and skipped */
  readonly clicksOnly: boolean
  readonly metrics: Readonly<Record<string, unknown>>
}

/**
 * Reads a log; the database already holds the table `document_ids`. `forget` lists sessions to leave out.
 * Writes `logged_queries` (query, key, text) and `views`.
 * @throws {InputError} when it is empty, lacks a column, has too many bad rows, or no click is left
 */
export async function readClickLog(
  database: Database,
  input: InputTable,
  forget: InputTable | undefined,
  recipe: ClickLogRecipe & { readonly badRows: BadRowBound; readonly columns?: ColumnMap | undefined },
  progress: Progress,
): Promise<ClickLog> {
  const { connection } = database
  const salt = randomBytes(16).toString('hex')
  // the rows of a log are ordered by their times only; keeping the file's order costs memory
  await connection.run(`SET preserve_insertion_order = ${input.form !== 'parquet'}`)
  const loaded = await loadTable(database, 'log_rows', input, COLUMNS, {
    map: recipe.columns,
    derive: derived,
    select: SELECT,
    values: { salt },
    join: `LEFT JOIN document_ids AS ids ON ids.id = ${idSql('source.doc_id')}`,
  })
  for (const line of loaded.said) progress.say(line)
  const bad = await dropBadRows(
    database,
    'log_rows',
    loaded,
    [['problem IS NOT NULL', 'problem']],
    recipe.badRows,
    progress,
  )
  const forgotten = await forgetSessions(database, forget, salt, progress)
  const isClick = await meaningOfClicked(connection, loaded, progress)
  const facts = await queryOne<Facts>(
    connection,
    `SELECT count(*)::DOUBLE AS rows, count(DISTINCT session)::DOUBLE AS sessions,
      count(*) FILTER (${isClick})::DOUBLE AS clicks,
      count(*) FILTER (${isClick} AND dwell < ${recipe.minDwell})::DOUBLE AS unsatisfied,
      count(dwell) FILTER (${isClick})::DOUBLE AS stays, min(moment)::DOUBLE AS first, max(moment)::DOUBLE AS last,
      [${UNITS.map((_, index) => `count(*) FILTER (unit = ${index})::DOUBLE`).join(', ')}] AS units
    FROM log_rows`,
  )
  progress.say(sayTimes(input.path, facts))
  if (facts.first < EARLIEST)
    progress.say(
      `${input.path}: rows are dated before 1995, which is before web search. Are the timestamps of another unit, or counted from another day?`,
    )
  if (facts.stays > 0 && facts.stays < facts.clicks)
    progress.say(
      `${input.path}: ${facts.clicks - facts.stays} of ${facts.clicks} clicks have no dwell_ms, and others have one. How long people stayed is unknown there: they count as clicks.`,
    )
  // a log without the column has clicks alone, so every row is a click
  const clicksOnly = facts.clicks === facts.rows
  await connection.run('SET preserve_insertion_order = false')
  await database.run(
    'pairs: numbering queries',
    sql(new URL('./sql/encode-log.sql', import.meta.url), {
      minDwell: recipe.minDwell,
      unsaid: String(isClick === EVERY_ROW),
      key: normalisedSql('text'),
    }),
  )
  const merged = await mergeRows(database, input.path, facts.rows, recipe.clickWindow, progress)
  const { robotQueries, robotQueriesPerMinute, maxPosition, minSessions } = recipe
  await database.run(
    'pairs: looking for robots',
    sql(new URL('./sql/robots.sql', import.meta.url), { robotQueries, robotQueriesPerMinute }),
  )
  await checkRobots(connection, input.path, recipe, progress)
  await connection.run(sql(new URL('./sql/known-queries.sql', import.meta.url), { minSessions }))
  await makeViews(database, partsOf(facts.rows), maxPosition)
  const left = await queryOne<Record<string, number>>(
    connection,
    `SELECT (SELECT count(*) FROM robots)::DOUBLE AS robots,
      (SELECT count(*) FROM shown WHERE session IN (SELECT session FROM robots))::DOUBLE AS "robotRows",
      (SELECT count(*) FROM shown WHERE position > ${maxPosition})::DOUBLE AS "farDown",
      (SELECT count(*) FROM logged_queries)::DOUBLE AS queries,
      (SELECT count(*) FROM logged_queries WHERE query NOT IN (SELECT query FROM known_queries))::DOUBLE AS "rareQueries",
      (SELECT count(*) FROM views)::DOUBLE AS views,
      (SELECT count(*) FROM views WHERE clicks > 0)::DOUBLE AS "clickedViews"`,
  )
  await connection.run('DROP TABLE shown')
  if (left.clickedViews === 0)
    throw new InputError(
      `${input.path} has no click that can be used: ${facts.clicks} clicks in ${facts.rows} rows, ${facts.unsatisfied} of them shorter than ${recipe.minDwell} ms, ${left.robots} sessions taken for robots'. Check the column "clicked" (true or 1 is a click) and the recipe's bounds.`,
    )
  if (clicksOnly)
    progress.say(
      `${input.path}: every row is a click, so documents that were shown and not clicked are unknown. The grade of a document follows from the share of its query's views in which it was clicked; the effect of position cannot be estimated from such a log. Log what was shown, too.`,
    )
  const { rows, sessions, clicks, unsatisfied, first, last } = facts
  return {
    input,
    clicksOnly,
    metrics: {
      rows,
      badRows: bad,
      forgotten,
      sessions,
      clicks,
      unsatisfied,
      merged,
      ...left,
      clicksOnly,
      from: new Date(first).toISOString(),
      to: new Date(last).toISOString(),
      timestamps: unitOf(facts.units),
    },
  }
}

/** 1995, milliseconds since 1970 */
const EARLIEST = Date.UTC(1995, 0)

/** every row is a click, as in logs that have only clicks */
const EVERY_ROW = 'true'

/**
 * The SQL condition for a click. Without the column every row is a click; with it, a row without a value is
 * none.
 * @throws {InputError} when the column exists and is empty
 */
async function meaningOfClicked(
  connection: Connection,
  { input: { path }, columns }: Loaded,
  progress: Progress,
): Promise<string> {
  const { rows, told } = await queryOne<{ rows: number; told: number }>(
    connection,
    'SELECT count(*)::DOUBLE AS rows, count(clicked)::DOUBLE AS told FROM log_rows',
  )
  if (told === 0 && columns.has('clicked') && rows > 0)
    throw new InputError(
      `${path} has the column "clicked", and no row has a value in it. Wanted: true or 1 for a click, false or 0 for none. Export it again, or remove the column if every row is a click.`,
    )
  if (told === 0) return EVERY_ROW
  if (told < rows)
    progress.say(
      `${path}: ${rows - told} of ${rows} rows have no value for clicked, and others have one: they count as shown and not clicked.`,
    )
  return 'coalesce(clicked, false)'
}

/**
 * Prints the share of the log that robots have.
 * @throws {InputError} when it is larger than robots can explain
 */
async function checkRobots(
  connection: Connection,
  path: string,
  { robotShare, robotQueries, robotQueriesPerMinute }: ClickLogRecipe,
  progress: Progress,
): Promise<void> {
  const of = (what: string) =>
    `(SELECT ${what} FROM shown WHERE session IN (SELECT session FROM robots))::DOUBLE / greatest(1, (SELECT ${what} FROM shown))`
  const { robots, sessions, clicks } = await queryOne<{ robots: number; sessions: number; clicks: number }>(
    connection,
    `SELECT (SELECT count(*) FROM robots)::DOUBLE AS robots, ${of('count(DISTINCT session)')} AS sessions,
      ${of('count(*) FILTER (clicked)')} AS clicks`,
  )
  if (robots === 0) return
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  const what = `${robots} sessions have at least ${robotQueries} views of queries and more than ${robotQueriesPerMinute} a minute: ${percent(sessions)} of the sessions, ${percent(clicks)} of the clicks`
  if (sessions > robotShare.sessions || clicks > robotShare.clicks)
    throw new InputError(
      `${path}: ${what}. That is more than robots have (log.robotShare: ${percent(robotShare.sessions)} and ${percent(robotShare.clicks)}), so people are among them. Does session_id name a person or a visit, and timestamp the moment of the row? Raise log.robotQueriesPerMinute or log.robotShare in recipes/pairs.ts. Name the right columns there if they are others.`,
    )
  progress.say(`${path}: ${what}. They are taken for robots and left out.`)
}

interface Facts {
  readonly rows: number
  readonly sessions: number
  readonly clicks: number
  readonly unsatisfied: number
  /** clicks with a dwell time */
  readonly stays: number
  readonly first: number
  readonly last: number
  /** rows by unit of their timestamps */
  readonly units: readonly number[]
}

function sayTimes(path: string, facts: Facts): string {
  const { rows, units, first, last } = facts
  const unit = unitOf(facts.units)
  const counted = UNITS.some((one) => one.name === unit && 'micros' in one)
  const day = (moment: number) => new Date(moment).toISOString().slice(0, 10)
  const mixed =
    units.filter((count) => count > 0).length > 1 ? ' (and others: each row is read by its own form)' : ''
  return `${path}: ${rows} rows from ${day(first)} to ${day(last)}, timestamps read as ${unit}${counted ? ' since 1970' : ''}${mixed}.`
}

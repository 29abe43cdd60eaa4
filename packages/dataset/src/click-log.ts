// A click log becomes views of result pages: rows that cannot be used go, then the sessions of robots, the sessions that
// somebody asked to forget, and queries that too few people asked.
import { randomBytes } from 'node:crypto'
import { InputError, type Progress } from '@disranker/stage'
import { type BadRowBound, dropBadRows, type Rule, reasonOf } from './bad-rows.ts'
import { type Column, type ColumnMap, idSql } from './columns.ts'
import type { Connection } from './connection.ts'
import { type Database, queryOne } from './database.ts'
import { forgetSessions, sessionSql } from './forget.ts'
import type { InputTable } from './input-files.ts'
import { mergeRows } from './merge-rows.ts'
import { normalisedSql } from './normalise-query.ts'
import { sql } from './sql.ts'
import { type Loaded, loadTable } from './table.ts'
import { makeViews, partsOf } from './views.ts'

export interface ClickLogRecipe {
  /** a session with more queries than this a minute is a robot's */
  readonly robotQueriesPerMinute: number
  /** and only if it has at least this many */
  readonly robotQueries: number
  /** shares of the sessions, and of the clicks, that robots may have at most; more means that people are taken for them */
  readonly robotShare: { readonly sessions: number; readonly clicks: number }
  /** minutes in which a click that is a row of its own belongs to the row of what was shown */
  readonly clickWindow: number
  /** a click with a shorter stay is no click, milliseconds; clicks without dwell_ms count */
  readonly minDwell: number
  /** positions further down are left out: too few impressions to know them. At most 62 */
  readonly maxPosition: number
  /** queries that fewer sessions asked are left out: a rare text may tell who asked it (k-anonymity) */
  readonly minSessions: number
}

export interface ClickLog {
  /** the log, or undefined when there is none */
  readonly input: InputTable | undefined
  /** every row is a click: nothing says what was shown and passed over */
  readonly clicksOnly: boolean
  readonly metrics: Readonly<Record<string, unknown>>
}

const COLUMNS: readonly Column[] = [
  { name: 'timestamp', required: true, aliases: ['time', 'event_time', 'datetime', 'ts'] },
  { name: 'session_id', required: true, aliases: ['session', 'sessionId', 'client_id', 'user_id'] },
  {
    name: 'query',
    required: true,
    aliases: ['user_query', 'search_term', 'query_text', 'keyword', 'keywords', 'q'],
  },
  {
    name: 'doc_id',
    required: true,
    aliases: ['document_id', 'docid', 'object_id', 'product_id', 'item_id', 'sku', 'asin'],
  },
  { name: 'position', required: true, aliases: ['rank', 'ordinal', 'place'] },
  { name: 'clicked', required: false, aliases: ['click', 'is_click', 'is_clicked'] },
  { name: 'dwell_ms', required: false, aliases: ['dwell', 'dwell_time_ms'] },
]

/** what the size of a number tells of its unit, and how many microseconds that is */
const UNITS = [
  { name: 'ISO 8601' },
  { name: 'dates (YYYYMMDD)' },
  { name: 'seconds', below: 1e11, micros: 1e6 },
  { name: 'milliseconds', below: 1e14, micros: 1e3 },
  { name: 'microseconds', below: 1e17, micros: 1 },
  { name: 'nanoseconds', below: Number.MAX_VALUE, micros: 1e-3 },
] as const

const byUnit = (value: (unit: (typeof UNITS)[number], index: number) => string) =>
  `CASE WHEN number IS NULL THEN ${value(UNITS[0], 0)} WHEN day IS NOT NULL THEN ${value(UNITS[1], 1)} ${UNITS.slice(
    2,
  )
    .map(
      (unit, index) =>
        `WHEN abs(number) < ${'below' in unit ? unit.below : 0} THEN ${value(unit, index + 2)}`,
    )
    .join(' ')} END`

/** 20260301 and 20260301091502 are dates: as seconds they would lie in 1970, as milliseconds beyond 2100 */
const DAY = `CASE WHEN length(timestamp) = 8 THEN try_strptime(timestamp, '%Y%m%d')
  WHEN length(timestamp) = 14 THEN try_strptime(timestamp, '%Y%m%d%H%M%S') END`

const microsOf = (unit: (typeof UNITS)[number]) => {
  if ('micros' in unit) return `number * ${unit.micros}`
  if (unit === UNITS[1]) return 'epoch_us(day)'
  return 'epoch_us(coalesce(try_cast(timestamp AS TIMESTAMP), try_cast(timestamp AS TIMESTAMPTZ)::TIMESTAMP))'
}

/** Every value once as what it stands for: a log has many rows. A time without a zone is UTC's. */
const derived = (source: string) => `SELECT *, ${byUnit(microsOf)} AS micros,
    CASE WHEN spot BETWEEN 1 AND 1e9 AND spot = floor(spot) THEN spot::INTEGER END AS place
  FROM (SELECT *, trim("query") AS text, try_cast(timestamp AS DOUBLE) AS number, ${DAY} AS day,
      try_cast("position" AS DOUBLE) AS spot, lower(clicked) AS said, try_cast(nullif(dwell_ms, '') AS FLOAT) AS dwell
    FROM (${source}))`

const RULES: readonly Rule[] = [
  [`source.text IS NULL OR source.text = ''`, `'query is empty'`],
  [`length(source.text) > 2000`, `'query has ' || length(source.text) || ' characters; wanted at most 2000'`],
  [`source.doc_id IS NULL OR trim(source.doc_id) = ''`, `'doc_id is empty'`],
  [`ids.document IS NULL`, `'doc_id "' || left(source.doc_id, 100) || '" is not in the corpus'`],
  [`source.session_id IS NULL OR source.session_id = ''`, `'session_id is empty'`],
  [
    `source.place IS NULL`,
    `'position is ' || coalesce(left(source."position", 50), 'missing') || '; wanted a whole number from 1'`,
  ],
  [
    // not IN: so many values are a join to DuckDB, which then cannot tell how far it is
    `NOT list_contains(['true', 'false', '0', '1', 't', 'f', '0.0', '1.0'], source.said)`,
    `'clicked is ' || left(source.clicked, 50) || '; wanted true, false, 0 or 1'`,
  ],
  [
    `source.micros IS NULL OR source.micros NOT BETWEEN 0 AND 4102444800000000`,
    `'timestamp is ' || coalesce(left(source.timestamp, 50), 'missing') || '; wanted ISO 8601, or seconds or milliseconds since 1970'`,
  ],
  [
    `source.dwell_ms IS NOT NULL AND source.dwell_ms <> '' AND coalesce(source.dwell, -1) < 0`,
    `'dwell_ms is ' || left(source.dwell_ms, 50) || '; wanted milliseconds from 0, or nothing'`,
  ],
]

const SELECT = `source.text, ids.document, ${sessionSql('source.session_id')} AS session,
  -- one session in five, the same ones every time, though the number above is another
  right(md5(source.session_id), 1) IN ('0', '1', '2') AS held_out,
  (source.micros / 1000)::BIGINT AS moment, ${byUnit((_, index) => `${index}::UTINYINT`)} AS unit, source.place,
  CASE WHEN source.said IS NULL THEN NULL ELSE source.said IN ('true', '1', 't', '1.0') END AS clicked,
  source.dwell, ${reasonOf(RULES, 'source.unreadable')} AS problem`

/**
 * Reads a log against the table `document_ids` that the database already holds. `forget` lists sessions to leave out. Leaves `logged_queries` (query, key, text)
 * and `views`.
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
  // rows of a log have no order but their times; to keep one costs memory
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
  // without the column every row is a click, as logs of clicks alone are
  const clicksOnly = facts.clicks === facts.rows
  await connection.run('SET preserve_insertion_order = false')
  await database.run(
    'pairs: numbering queries',
    sql('encode-log', {
      minDwell: recipe.minDwell,
      unsaid: String(isClick === EVERY_ROW),
      key: normalisedSql('text'),
    }),
  )
  const merged = await mergeRows(database, input.path, facts.rows, recipe.clickWindow, progress)
  const { robotQueries, robotQueriesPerMinute, maxPosition, minSessions } = recipe
  await database.run('pairs: looking for robots', sql('robots', { robotQueries, robotQueriesPerMinute }))
  await checkRobots(connection, input.path, recipe, progress)
  await connection.run(sql('known-queries', { minSessions }))
  await makeViews(database, partsOf(facts.rows), maxPosition)
  const left = await queryOne<Record<string, number>>(
    connection,
    `SELECT (SELECT count(*) FROM robots)::DOUBLE AS robots,
      (SELECT count(*) FROM shown WHERE session IN (SELECT session FROM robots))::DOUBLE AS "robotRows",
      (SELECT count(*) FROM shown WHERE place > ${maxPosition})::DOUBLE AS "farDown",
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
      timestamps: unitOf(facts),
    },
  }
}

/** 1995, milliseconds since 1970 */
const EARLIEST = Date.UTC(1995, 0)

/** every row is a click, as in logs of clicks alone */
const EVERY_ROW = 'true'

/**
 * The SQL that says whether a row is a click. Without the column every row is one; with it, a row without a value is none.
 * @throws {InputError} when the column is there and empty
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
 * Says what share of the log goes with robots.
 * @throws {InputError} when it is more than robots have
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
  /** clicks that say how long people stayed */
  readonly stays: number
  readonly first: number
  readonly last: number
  /** rows by unit of their time */
  readonly units: readonly number[]
}

const unitOf = ({ units }: Facts) => UNITS[units.indexOf(Math.max(...units))]!.name

function sayTimes(path: string, facts: Facts): string {
  const { rows, units, first, last } = facts
  const unit = unitOf(facts)
  const day = (moment: number) => new Date(moment).toISOString().slice(0, 10)
  const mixed =
    units.filter((count) => count > 0).length > 1 ? ' (and others: each row is read by its own form)' : ''
  return `${path}: ${rows} rows from ${day(first)} to ${day(last)}, timestamps read as ${unit}${unit === 'ISO 8601' ? '' : ' since 1970'}${mixed}.`
}

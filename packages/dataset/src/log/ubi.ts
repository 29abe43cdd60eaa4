// User Behavior Insights (ubisearch.dev), as OpenSearch, Solr and Elasticsearch write them: an index of
// queries, which may have the results of each, and one of events: impressions, clicks and other actions. Both
// become rows of a log. An export has two tables or, as requests of the bulk API, one.
import { basename, join } from 'node:path'
import { InputError, type Progress } from '@disranker/stage'
import { type Database, query, queryOne, quote } from '../database/database.ts'
import { sql } from '../database/sql.ts'
import type { InputTable } from '../input/input-files.ts'
import type { InputFolder } from '../input/input-folder.ts'
import { type BadRowBound, dropBadRows, type Rule } from '../tables/bad-rows.ts'
import type { Column } from '../tables/columns.ts'
import { type Loaded, loadTable } from '../tables/table.ts'

/** actions that are a click on a result; others (hover, filter, login) are not */
const CLICKS = ['click', 'view', 'select', 'open', 'watch', 'purchase', 'add_to_cart']
const word = (names: readonly string[]) => `(^|[_ -])(${names.join('|')})(ed|s)?([_ -]|$)`
const CLICK = word(CLICKS)
const IMPRESSION = word(['impression', 'impress', 'show', 'shown', 'viewport'])
/** actions that end the stay on a clicked document */
const LEAVE = word(['search', 'query', 'exit', 'leave', 'close', 'back'])

export interface UbiTables {
  readonly queries: InputTable
  /** the same as `queries` if both came in one table */
  readonly events: InputTable
}

/** @throws {InputError} when only one of the two exists, or both exist twice */
export function ubiOf({
  path,
  ubi,
  ubiQueries: queries,
  ubiEvents: events,
}: Pick<InputFolder, 'path' | 'ubi' | 'ubiQueries' | 'ubiEvents'>): UbiTables | undefined {
  if (ubi !== undefined) {
    const other = queries ?? events
    if (other !== undefined)
      throw new InputError(
        `${path} has ${basename(ubi.path)} and ${basename(other.path)}. Wanted: queries and events together or apart, not both. Remove the others.`,
      )
    return { queries: ubi, events: ubi }
  }
  if (queries === undefined && events === undefined) return undefined
  if (queries === undefined || events === undefined)
    throw new InputError(
      `${path} has ${queries === undefined ? 'ubi_events but no ubi_queries' : 'ubi_queries but no ubi_events'}. Wanted: both indexes, since the queries say what was asked and the events what was shown and clicked. Export the other, or remove this one.`,
    )
  return { queries, events }
}

const IDS = ['query_response_object_ids', 'query_response_objects_ids', 'query_response_hit_ids']
const attribute = (...names: string[]) => names.map((name) => `event_attributes.${name}`)

const SHARED: readonly Column[] = [
  { name: 'query_id', required: true },
  { name: 'user_query', required: false },
  { name: 'client_id', required: false },
  { name: 'session_id', required: false, aliases: attribute('session_id') },
  { name: 'timestamp', required: true },
]
const RETURNED: Column = { name: 'documents', required: false, nested: true, aliases: IDS }
const ACTION: readonly Column[] = [
  { name: 'action', required: true, aliases: ['action_name'] },
  {
    name: 'document',
    required: false,
    aliases: [...attribute('object.object_id', 'data.object_id'), 'object_id'],
  },
  { name: 'ordinal', required: false, aliases: attribute('position.ordinal') },
  { name: 'dwell_ms', required: false, aliases: attribute('dwell_ms') },
]

const UNREADABLE: Rule = ['unreadable IS NOT NULL', 'unreadable']
const NO_ID: Rule = [`query_id IS NULL OR trim(query_id) = ''`, `'query_id is empty'`]
const NO_LIST: Rule = [
  // without results there is no first one, and nothing was shown
  `documents IS NOT NULL AND NOT coalesce(try(json_type(documents)) = 'ARRAY', false)`,
  `'query_response_object_ids is ' || left(documents, 50) || '; wanted a list of ids'`,
]

/**
 * Writes the log as Parquet into `scratch`.
 * @throws {InputError} when too many rows are bad, no query has a list of shown documents, or no event is a
 * click on one
 */
export async function readUbi(
  database: Database,
  tables: UbiTables,
  scratch: string,
  badRows: BadRowBound,
  progress: Progress,
): Promise<InputTable> {
  const { connection } = database
  const { queries, events } = tables
  await (queries === events ? loadOne : loadBoth)(database, tables, badRows, progress)
  await database.run(
    'reading what was shown and clicked',
    sql(new URL('./sql/ubi-rows.sql', import.meta.url), {
      queries: 'ubi_queries',
      events: 'ubi_events',
      moment: momentSql('timestamp'),
      click: CLICK,
      impression: IMPRESSION,
      leave: LEAVE,
    }),
  )
  const { rows, clicks } = await queryOne<{ rows: number; clicks: number }>(
    connection,
    `SELECT count(*)::DOUBLE AS rows, count(*) FILTER (clicked = 'true')::DOUBLE AS clicks FROM ubi_log`,
  )
  if (rows === 0)
    throw new InputError(
      `${queries.path}: nothing says what was shown: no event is an impression of an object, and no query says what it returned (query_response_object_ids or query_response_hit_ids). Have the client send impressions, or the UBI plugin log the ids of the results, with object_id_field set. Export both again.`,
    )
  if (clicks === 0)
    throw new InputError(
      `${events.path}: no event is a click on a result. Wanted: action_name with one of ${CLICKS.join(', ')}, the query_id of a query in ${queries.path}, and event_attributes.object.object_id one of the ids that it showed. Export the events of such clicks.`,
    )
  await sayUse(database, tables, { rows, clicks }, progress)
  const path = join(scratch, 'ubi-clicks.parquet')
  await connection.run(`COPY (SELECT * EXCLUDE (query_id, impression) FROM ubi_log) TO ${quote(path)} (FORMAT parquet);
    ${['log', 'shown', 'clicks', 'acts', 'asked', 'queries', 'events'].map((name) => `DROP TABLE ubi_${name}`).join('; ')}`)
  const files = queries === events ? queries.files : [...queries.files, ...events.files]
  return { path: queries.path, files: [path], form: 'parquet', origin: { ...queries, files } }
}

/** Writes `ubi_queries` and `ubi_events`; the file numbers of the events follow those of the queries. */
async function loadBoth(
  database: Database,
  { queries, events }: UbiTables,
  badRows: BadRowBound,
  progress: Progress,
): Promise<void> {
  const columns = SHARED.map((column) =>
    column.name === 'user_query' ? { ...column, required: true } : column,
  )
  const asked = await loadTable(database, 'ubi_queries', queries, [...columns, RETURNED])
  await dropBadRows(database, 'ubi_queries', asked, [UNREADABLE, NO_ID, NO_LIST], badRows, progress)
  const timeless = SHARED.map((column) =>
    column.name === 'timestamp' ? { ...column, required: false } : column,
  )
  const done = await loadTable(database, 'ubi_events', events, [...timeless, ...ACTION])
  await dropBadRows(database, 'ubi_events', done, [UNREADABLE], badRows, progress)
  await database.connection.run(`UPDATE ubi_events SET file = file + ${queries.files.length}`)
  sayAll([asked, done], progress)
}

/** The same from one table: a row with an action is an event. */
async function loadOne(
  database: Database,
  { queries }: UbiTables,
  badRows: BadRowBound,
  progress: Progress,
): Promise<void> {
  const all = await loadTable(database, 'ubi_rows', queries, [...SHARED, RETURNED, ...ACTION])
  const rules: readonly Rule[] = [
    UNREADABLE,
    ...[NO_ID, NO_LIST].map(([if_, say]) => [`action IS NULL AND (${if_})`, say] as const),
  ]
  await dropBadRows(database, 'ubi_rows', all, rules, badRows, progress)
  await database.connection.run(`CREATE TABLE ubi_queries AS SELECT * FROM ubi_rows WHERE action IS NULL;
    CREATE TABLE ubi_events AS SELECT * FROM ubi_rows WHERE action IS NOT NULL; DROP TABLE ubi_rows`)
  sayAll([all], progress)
}

function sayAll(loaded: readonly Loaded[], progress: Progress): void {
  // the usual names of UBI exports are not reported
  for (const { said } of loaded) for (const line of said) if (!/: read "/.test(line)) progress.say(line)
}

/** SQL for milliseconds since 1970; invalid times are reported when the log is read. */
const momentSql = (text: string) =>
  `CASE WHEN try_cast(${text} AS DOUBLE) IS NULL
      THEN epoch_ms(coalesce(try_cast(${text} AS TIMESTAMP), try_cast(${text} AS TIMESTAMPTZ)::TIMESTAMP))
    WHEN abs(try_cast(${text} AS DOUBLE)) < 1e11 THEN (1000 * try_cast(${text} AS DOUBLE))::BIGINT
    ELSE try_cast(${text} AS DOUBLE)::BIGINT END`

/** Prints the source of the log, and every query, impression and click that is not in it. */
async function sayUse(
  { connection }: Database,
  { queries, events }: UbiTables,
  { rows, clicks }: { readonly rows: number; readonly clicks: number },
  progress: Progress,
): Promise<void> {
  const count = (select: string) => `(SELECT count(*) FROM (${select}))::DOUBLE`
  const shown = 'SELECT DISTINCT query_id FROM ubi_log'
  const told = `query_id IS NOT NULL AND document IS NOT NULL`
  const facts = await queryOne<Readonly<Record<string, number>>>(
    connection,
    `SELECT ${count('SELECT query_id FROM ubi_asked')} AS asked, ${count(shown)} AS shown,
      ${count('SELECT DISTINCT query_id FROM ubi_log WHERE impression')} AS impressed,
      ${count('SELECT 1 FROM ubi_asked WHERE user_query IS NULL')} AS wordless,
      ${count(`SELECT 1 FROM ubi_asked WHERE user_query IS NOT NULL AND query_id NOT IN (${shown})`)} AS listless,
      ${count('SELECT 1 FROM ubi_shown WHERE query_id NOT IN (SELECT query_id FROM ubi_asked)')} AS unknown,
      ${count('SELECT DISTINCT query_id, document FROM ubi_clicks WHERE document IS NOT NULL')} AS clicked,
      ${count(`SELECT 1 FROM ubi_acts WHERE shown AND ${told}`)} AS impressions,
      ${count(`SELECT 1 FROM ubi_acts WHERE (shown OR clicked) AND NOT (${told})`)} AS loose,
      ${count('SELECT 1 FROM ubi_acts WHERE NOT shown AND NOT clicked')} AS others`,
  )
  const {
    asked,
    shown: kept,
    impressed,
    wordless,
    listless,
    unknown,
    clicked,
    impressions,
    loose,
    others,
  } = facts
  const say = (amount: number | undefined, sentence: string) => {
    if (amount !== undefined && amount > 0) progress.say(sentence)
  }
  progress.say(
    `${queries.path}: ${rows} results of ${kept} UBI queries, ${clicks} of them clicked; ${impressed} lists are of impressions (${impressions} events), ${kept! - impressed!} of what the query returned.`,
  )
  say(
    listless,
    `${queries.path}: left out ${listless} of ${asked} queries without an impression and without a result.`,
  )
  say(wordless, `${queries.path}: left out ${wordless} of ${asked} queries without words (user_query).`)
  say(
    unknown,
    `${events.path}: left out ${unknown} shown results of queries that ${basename(queries.path)} does not have, and whose words no event has.`,
  )
  say(
    clicked! - clicks,
    `${events.path}: left out ${clicked! - clicks} of ${clicked} clicked results: their query is left out, they are no documents, or their position has another.`,
  )
  say(loose, `${events.path}: left out ${loose} impressions and clicks without query_id or object_id.`)
  if (others === 0) return
  const names = await query<{ action: string; times: number }>(
    connection,
    `SELECT left(action, 40) AS action, count(*)::DOUBLE AS times FROM ubi_events
      WHERE NOT regexp_matches(lower(action), '${CLICK}') AND NOT regexp_matches(lower(action), '${IMPRESSION}')
      GROUP BY action ORDER BY times DESC, action LIMIT 6`,
  )
  progress.say(
    `${events.path}: ${others} events are neither an impression nor a click (${names.map(({ action, times }) => `${action} ${times}`).join(', ')}).`,
  )
}

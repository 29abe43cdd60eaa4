// User Behavior Insights (ubisearch.dev), as OpenSearch, Solr and Elasticsearch write them: an index of queries with the ids
// that each returned, and one of events. Exports of both, with or without `_source` around a row, become rows of a log.
import { join } from 'node:path'
import { InputError, type Progress } from '@disranker/stage'
import { type BadRowBound, dropBadRows } from './bad-rows.ts'
import { type Database, queryOne, quote } from './database.ts'
import type { InputTable } from './input-files.ts'
import type { InputFolder } from './input-folder.ts'
import { sql } from './sql.ts'
import { loadTable } from './table.ts'

/** actions that are a click on a result; others (hover, filter, login) are none */
const CLICK = 'click|view|select|open|watch|purchase|add_to_cart'

export interface UbiTables {
  readonly queries: InputTable
  readonly events: InputTable
}

/** @throws {InputError} when one of the two is there without the other */
export function ubiOf({
  path,
  ubiQueries: queries,
  ubiEvents: events,
}: Pick<InputFolder, 'path' | 'ubiQueries' | 'ubiEvents'>): UbiTables | undefined {
  if (queries === undefined && events === undefined) return undefined
  if (queries === undefined || events === undefined)
    throw new InputError(
      `${path} has ${queries === undefined ? 'ubi_events but no ubi_queries' : 'ubi_queries but no ubi_events'}. Wanted: both indexes, since the queries say what was shown and the events what was clicked. Export the other, or remove this one.`,
    )
  return { queries, events }
}

const both = (name: string) => [`_source.${name}`]

/**
 * Writes the log as Parquet into `scratch`.
 * @throws {InputError} when too many rows are bad, no query says what it returned, or no event is a click on it
 */
export async function readUbi(
  database: Database,
  { queries, events }: UbiTables,
  scratch: string,
  badRows: BadRowBound,
  progress: Progress,
): Promise<InputTable> {
  const { connection } = database
  const asked = await loadTable(database, 'ubi_queries', queries, [
    { name: 'query_id', required: true, aliases: both('query_id') },
    { name: 'user_query', required: true, aliases: both('user_query') },
    { name: 'client_id', required: false, aliases: both('client_id') },
    { name: 'timestamp', required: true, aliases: both('timestamp') },
    {
      name: 'documents',
      required: true,
      nested: true,
      aliases: [
        'query_response_object_ids',
        'query_response_objects_ids',
        'query_response_hit_ids',
        '_source.query_response_object_ids',
        '_source.query_response_objects_ids',
        '_source.query_response_hit_ids',
      ],
    },
  ])
  await dropBadRows(
    database,
    'ubi_queries',
    asked,
    [
      ['unreadable IS NOT NULL', 'unreadable'],
      [`query_id IS NULL OR trim(query_id) = ''`, `'query_id is empty'`],
      [
        // without results there is none, and nothing was shown
        `documents IS NOT NULL AND NOT coalesce(try(json_type(documents)) = 'ARRAY', false)`,
        `'query_response_object_ids is ' || left(documents, 50) || '; wanted a list of ids'`,
      ],
    ],
    badRows,
    progress,
  )
  const attribute = (name: string) => [`event_attributes.${name}`, `_source.event_attributes.${name}`]
  const done = await loadTable(database, 'ubi_events', events, [
    { name: 'query_id', required: true, aliases: both('query_id') },
    { name: 'action', required: true, aliases: ['action_name', '_source.action_name'] },
    { name: 'document', required: true, aliases: attribute('object.object_id') },
    { name: 'ordinal', required: false, aliases: attribute('position.ordinal') },
  ])
  await dropBadRows(
    database,
    'ubi_events',
    done,
    [['unreadable IS NOT NULL', 'unreadable']],
    badRows,
    progress,
  )
  await connection.run(sql('ubi-rows', { queries: 'ubi_queries', events: 'ubi_events', action: CLICK }))
  const { rows, clicks } = await queryOne<{ rows: number; clicks: number }>(
    connection,
    `SELECT count(*)::DOUBLE AS rows, count(*) FILTER (clicked = 'true')::DOUBLE AS clicks FROM ubi_log`,
  )
  if (rows === 0)
    throw new InputError(
      `${queries.path}: no query says what it returned (query_response_object_ids or query_response_hit_ids). Have the UBI plugin log the ids of the results, with object_id_field set.`,
    )
  if (clicks === 0)
    throw new InputError(
      `${events.path}: no event is a click on a result. Wanted: action_name with one of ${CLICK.split('|').join(', ')}, the query_id of a query in ${queries.path}, and event_attributes.object.object_id one of the ids that it returned. Export the events of such clicks.`,
    )
  progress.say(`${queries.path}: ${rows} results of UBI queries, ${clicks} of them clicked.`)
  const path = join(scratch, 'ubi-clicks.parquet')
  await connection.run(`COPY ubi_log TO ${quote(path)} (FORMAT parquet);
    DROP TABLE ubi_log; DROP TABLE ubi_queries; DROP TABLE ubi_events`)
  return { path: queries.path, files: [path], form: 'parquet', origin: queries }
}

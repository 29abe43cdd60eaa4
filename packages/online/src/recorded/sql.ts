// The tables of an experiment, from the records. Standard SQL except for the functions that read JSON and
// lists.
import { SECOND_TRY, sqlText, TOP } from './metrics.ts'

/** hours after a search in which an event counts for it */
const EVENT_HOURS = 24
/** allowed lag of a client's clock, in minutes */
const SKEW_MINUTES = 5

const read = (files: readonly string[]) =>
  files.length === 0
    ? `(SELECT NULL::JSON AS json WHERE false)`
    : `read_json_objects([${files.map(sqlText).join(', ')}], format = 'newline_delimited', ignore_errors = true, maximum_object_size = 4194304)`

const text = (path: string) => `json_extract_string(json, '$.${path}')`
const clean = (path: string) => `nullif(trim(${text(path)}), '')`

/**
 * Tables `searches` (one row a query id), `participations` (one row for each experiment that a search takes part in) and `events` (one
 * row an event), from files of JSON lines. A line that is no JSON is a
 * row of nulls, which the counts show.
 */
export const readTables = (queries: readonly string[], events: readonly string[]): string => `
CREATE TABLE raw_queries AS SELECT json FROM ${read(queries)};
CREATE TABLE raw_events AS SELECT json FROM ${read(events)};
CREATE TABLE searches AS
SELECT ${clean('query_id')} AS query_id,
  ${clean('user_query')} AS query,
  coalesce(${clean('client_id')}, ${clean('session_id')}) AS client,
  coalesce(${clean('session_id')}, ${clean('client_id')}) AS session,
  try_cast(${text('timestamp')} AS TIMESTAMPTZ) AS time,
  try_cast(json_extract(json, '$.query_response_object_ids') AS VARCHAR[]) AS shown,
  ${text('query_attributes.disranker.version')} AS version,
  coalesce(
    try_cast(json_extract(json, '$.query_attributes.disranker.experiments') AS JSON[]),
    [json_extract(json, '$.query_attributes.disranker.experiment')]
  ) AS parts,
  try_cast(json_extract(json, '$.query_attributes.disranker.milliseconds') AS DOUBLE) AS milliseconds,
  coalesce(try_cast(json_extract(json, '$.query_attributes.disranker.unranked') AS BOOLEAN), false) AS unranked
FROM raw_queries
WHERE ${clean('query_id')} IS NOT NULL
  AND try_cast(${text('timestamp')} AS TIMESTAMPTZ) IS NOT NULL
  AND try_cast(json_extract(json, '$.query_response_object_ids') AS VARCHAR[]) IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY ${clean('query_id')} ORDER BY time) = 1;
CREATE TABLE participations AS
SELECT query_id, json_extract_string(part, '$.name') AS experiment, json_extract_string(part, '$.arm') AS arm,
  json_extract_string(part, '$.unit') AS unit, json_extract_string(part, '$.teams') AS teams,
  try_cast(json_extract(part, '$.propensities') AS DOUBLE[]) AS propensities
FROM (SELECT query_id, unnest(parts) AS part FROM searches)
WHERE json_extract_string(part, '$.name') IS NOT NULL;
ALTER TABLE searches DROP parts;
CREATE TABLE events AS
SELECT coalesce(${clean('event_id')}, md5(json::VARCHAR)) AS event_id,
  ${clean('query_id')} AS query_id,
  lower(${clean('action_name')}) AS action,
  coalesce(${clean('event_attributes.object.object_id')}, ${clean('event_attributes.object.object_id_value')}) AS document,
  try_cast(${text('timestamp')} AS TIMESTAMPTZ) AS time,
  try_cast(json_extract(json, '$.event_attributes.dwell_ms') AS DOUBLE) AS dwell_ms
FROM raw_events
WHERE ${clean('query_id')} IS NOT NULL AND ${clean('action_name')} IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY coalesce(${clean('event_id')}, md5(json::VARCHAR)) ORDER BY time) = 1;
`

/**
 * Table `rows`: a search with its totals. An event counts for a search that showed its document, from ${SKEW_MINUTES} minutes before
 * to ${EVENT_HOURS} hours after it.
 */
export const SEARCH_ROWS = `
CREATE TABLE credited AS
SELECT events.*, list_position(searches.shown, events.document) AS position
FROM events JOIN searches USING (query_id)
WHERE list_contains(searches.shown, events.document)
  AND (events.time IS NULL OR events.time BETWEEN searches.time - INTERVAL ${SKEW_MINUTES} MINUTE AND searches.time + INTERVAL ${EVENT_HOURS} HOUR);
CREATE TABLE clicked AS
SELECT query_id, count(DISTINCT document) AS clicks, min(position) AS first_position,
  count(DISTINCT document) FILTER (position <= ${TOP}) AS top_clicks
FROM credited WHERE action = 'click' GROUP BY query_id;
CREATE TABLE looked AS
SELECT query_id, sum(dwell_ms) AS dwell_ms, count(*) AS dwelt FROM (
  SELECT query_id, document, max(dwell_ms) AS dwell_ms FROM credited WHERE dwell_ms >= 0 GROUP BY query_id, document
) GROUP BY query_id;
CREATE TABLE acted AS
SELECT query_id, map(list(action), list(times)) AS actions FROM (
  SELECT query_id, action, count(DISTINCT document) AS times FROM credited WHERE action NOT IN ('click', 'view', 'impression') GROUP BY query_id, action
) GROUP BY query_id;
CREATE TABLE rows AS
SELECT searches.*, coalesce(clicks, 0) AS clicks, coalesce(top_clicks, 0) AS top_clicks, first_position,
  coalesce(dwell_ms, 0) AS dwell_ms, coalesce(dwelt, 0) AS dwelt, actions,
  clicks IS NULL AND coalesce(lead(searches.time) OVER (PARTITION BY session ORDER BY searches.time)
    <= searches.time + INTERVAL ${SECOND_TRY} SECOND, false) AS second_try
FROM searches LEFT JOIN clicked USING (query_id) LEFT JOIN looked USING (query_id) LEFT JOIN acted USING (query_id);
`

/** Totals of a unit over its searches: the columns for the metrics. */
const totals = (actions: readonly string[]) => `count(*) AS searches,
  count(*) FILTER (clicks > 0) AS clicked_searches, sum(top_clicks) AS top_clicks,
  coalesce(sum(first_position), 0) AS first_positions, sum(dwell_ms) AS dwell_ms, sum(dwelt) AS dwelt,
  count(*) FILTER (second_try) AS second_tries,
  coalesce(sum(milliseconds), 0) AS milliseconds, count(milliseconds) AS timed, count(*) FILTER (unranked) AS unranked,
  ${actions.length === 0 ? 'MAP {}::MAP(VARCHAR, HUGEINT)' : `MAP {${actions.map((action) => `${sqlText(action)}: coalesce(sum(actions[${sqlText(action)}]), 0)`).join(', ')}}`} AS actions`

/**
 * Tables `units` (totals of each unit of an experiment, one row a unit that saw one arm) and `before` (totals of the same units in
 * the days before the start).
 * @param until only searches before this time, as a look at that moment sees them
 */
export const unitTables = (
  name: string,
  {
    start,
    until,
    daysBefore,
    actions,
  }: { start: string; until: string; daysBefore: number; actions: readonly string[] },
): string => `
CREATE OR REPLACE TABLE units AS
SELECT unit, min(arm) AS arm, count(DISTINCT arm) AS arms, any_value(client) AS client, ${totals(actions)}
FROM rows JOIN participations USING (query_id)
WHERE experiment = ${sqlText(name)} AND unit IS NOT NULL AND arm IS NOT NULL
  AND time >= ${sqlText(start)}::TIMESTAMPTZ AND time < ${sqlText(until)}::TIMESTAMPTZ
GROUP BY unit;
CREATE OR REPLACE TABLE before AS
SELECT client, ${totals(actions)}
FROM rows WHERE client IN (SELECT client FROM units)
  AND time < ${sqlText(start)}::TIMESTAMPTZ AND time >= ${sqlText(start)}::TIMESTAMPTZ - INTERVAL ${daysBefore} DAY
GROUP BY client;
`

// A row of a click log as SQL: its columns and their other names, the units of its timestamps, the parsed
// values, and the reason if a row cannot be used.
import { type Rule, reasonOf } from '../tables/bad-rows.ts'
import type { Column } from '../tables/columns.ts'
import { sessionSql } from './forget.ts'

export const COLUMNS: readonly Column[] = [
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

/** units of timestamps by the size of the number, with the microseconds of each */
export const UNITS = [
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

/** 20260301 and 20260301091502 are dates: read as seconds they would be in 1970, as milliseconds after 2100 */
const DAY = `CASE WHEN length(timestamp) = 8 THEN try_strptime(timestamp, '%Y%m%d')
  WHEN length(timestamp) = 14 THEN try_strptime(timestamp, '%Y%m%d%H%M%S') END`

const microsOf = (unit: (typeof UNITS)[number]) => {
  if ('micros' in unit) return `number * ${unit.micros}`
  if (unit === UNITS[1]) return 'epoch_us(day)'
  return 'epoch_us(coalesce(try_cast(timestamp AS TIMESTAMP), try_cast(timestamp AS TIMESTAMPTZ)::TIMESTAMP))'
}

/** Parses every distinct value once, because a log has many rows. A time without a zone is UTC. */
export const derived = (source: string) => `SELECT *, ${byUnit(microsOf)} AS micros,
    CASE WHEN spot BETWEEN 1 AND 1e9 AND spot = floor(spot) THEN spot::INTEGER END AS ordinal
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
    `source.ordinal IS NULL`,
    `'position is ' || coalesce(left(source."position", 50), 'missing') || '; wanted a whole number from 1'`,
  ],
  [
    // not IN: DuckDB turns so many values into a join, which shows no progress
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

export const SELECT = `source.text, ids.document, ${sessionSql('source.session_id')} AS session,
  -- one session in five, the same ones every time, though the number above is another
  right(md5(source.session_id), 1) IN ('0', '1', '2') AS held_out,
  (source.micros / 1000)::BIGINT AS moment, ${byUnit((_, index) => `${index}::UTINYINT`)} AS unit, source.ordinal AS position,
  CASE WHEN source.said IS NULL THEN NULL ELSE source.said IN ('true', '1', 't', '1.0') END AS clicked,
  source.dwell, ${reasonOf(RULES, 'source.unreadable')} AS problem`

/** The unit of most rows' timestamps. @param units rows by unit */
export const unitOf = (units: readonly number[]): string => UNITS[units.indexOf(Math.max(...units))]!.name

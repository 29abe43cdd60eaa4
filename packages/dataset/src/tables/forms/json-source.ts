// JSON: one row on each line, an array, or consecutive objects; also the dumps of search engines, with
// `_source` around a row, action lines of the bulk API between rows, or as the answer to a search.
import { InputError } from '@disranker/stage'
import type { Connection } from '../../database/connection.ts'
import { query, quote } from '../../database/database.ts'
import { compressionOf } from '../../input/input-files.ts'
import { type Column, matchColumns } from '../columns.ts'
import { jsonPath, partsOf, valueAt } from './column-path.ts'
import { linesOf, MAX_LINE } from './lines-source.ts'
import { dropRejects } from './rejects.ts'
import type { Source, SourceOptions } from './source.ts'

/** rows from which the columns are read */
const FIRST_ROWS = 5000

/** a line of the bulk API that gives the action for the next line */
const ACTION = String.raw`^\{\s*"(index|create|update|delete)"\s*:\s*\{[^{}]*\}\s*\}$`

/** the answer to a search, recognised by its first characters */
const ANSWER = /^\s*\{.{0,2000}?"hits"\s*:\s*\{.{0,2000}?"hits"\s*:\s*\[/s

export async function jsonSource(
  connection: Connection,
  file: string,
  form: 'jsonl' | 'json',
  head: string,
  options: SourceOptions,
): Promise<Source> {
  const { map, confidential, table } = options
  const answer = form === 'json' && ANSWER.test(head)
  const isLines = !answer && (form === 'jsonl' || isJsonLines(head))
  const bulk = isLines && new RegExp(ACTION).test(head.trimStart().split(/\r?\n/, 1)[0]!.trim())
  const rows = isLines ? linesOf(file, head, table) : documentsOf(file, head, answer)
  const source = bulk ? withoutActions(rows) : rows
  const first = await query<{ row: string; action: string | null }>(
    connection,
    `SELECT trimmed AS row, ${bulk ? 'action' : 'NULL'} AS action FROM (SELECT * FROM (${source}) LIMIT ${FIRST_ROWS})
      WHERE json_valid(trimmed) AND json_type(trimmed) = 'OBJECT'`,
  ).finally(() => dropRejects(connection))
  const parsed = first.map(({ row }) => JSON.parse(row) as Record<string, unknown>)
  const there = keysOf(parsed)
  const sourced = keysOf(
    parsed.map(({ _source }) => _source).filter((row) => row !== null && typeof row === 'object'),
  )
  if (bulk && first.some(({ action }) => action?.includes('"_id"'))) there.push('_id')
  const columns = sourced.length === 0 ? options.columns : options.columns.map(insideSource)
  const has = (name: string) =>
    there.includes(name) ||
    (partsOf(name).length > 1 && parsed.some((row) => valueAt(row, name) !== undefined))
  const found =
    parsed.length === 0
      ? new Map(columns.map(({ name }) => [name, map[name] ?? name]))
      : matchColumns(
          file,
          columns,
          map,
          [...there, ...sourced.map((name) => `_source.${name}`)],
          has,
          confidential,
        )
  // a column that the first rows lack may appear later, under any of its names
  const late = columns.filter(({ name }) => !found.has(name))
  const names = [
    ...found,
    ...late.flatMap(({ name, aliases = [] }) => [name, ...aliases].map((theirs) => [name, theirs] as const)),
  ]
  const path = (name: string) =>
    there.includes(name) ? `$."${name.replaceAll('"', '\\"')}"` : jsonPath(name)
  const value = (index: number) =>
    bulk && names[index]![1] === '_id'
      ? `coalesce(fields[${index + 1}], json_extract_string(action, '$.index._id'), json_extract_string(action, '$.create._id'))`
      : `fields[${index + 1}]`
  const nested = names.flatMap(([ours, theirs], index) => {
    if (columns.some((column) => column.name === ours && column.nested)) return []
    const shown = confidential ? '' : ` (' || left(${value(index)}, 40) || ')`
    return [
      `WHEN left(${value(index)}, 1) IN ('{', '[') AND json_type(json, ${quote(path(theirs))}) IN ('OBJECT', 'ARRAY')
        THEN '${ours} is nested${shown}; wanted a plain value. Name the inner field in columns of recipes/pairs.ts, as in "outer.inner" or "list.0"'`,
    ]
  })
  return {
    line: 0,
    found,
    said: [
      ...(bulk ? [`${file}: left out the action lines of the bulk API.`] : []),
      ...sayLongLists(file, parsed, [...found.values()]),
    ],
    source: `SELECT line, CASE WHEN json IS NULL THEN 'is no JSON object' ${nested.join(' ')} END AS unreadable,
      ${columns.map(({ name }) => `${columnOf(name, names, value)} AS "${name}"`).join(', ')}
      FROM (SELECT *, json_extract_string(json, [${names.map(([, theirs]) => quote(path(theirs))).join(', ')}]) AS fields
        FROM (SELECT *, CASE WHEN json_valid(trimmed) AND json_type(trimmed) = 'OBJECT' THEN trimmed END AS json
          FROM (${source})))`,
  }
}

/** A .json file may hold an array, consecutive objects, or one object on each line. */
function isJsonLines(head: string): boolean {
  if (head.trimStart().startsWith('[')) return false
  const [line = ''] = head.trimStart().split('\n')
  try {
    return typeof JSON.parse(line) === 'object'
  } catch {
    return false
  }
}

function documentsOf(file: string, head: string, answer: boolean): string {
  const read = `read_json_objects(${quote(file)}, format = '${head.trimStart().startsWith('[') ? 'array' : 'unstructured'}',
    compression = '${compressionOf(file).replace('none', 'uncompressed')}', maximum_object_size = ${answer ? 16 * MAX_LINE : MAX_LINE})`
  return answer
    ? `SELECT row_number() OVER () AS line, trimmed FROM (SELECT unnest(json_extract(json, '$.hits.hits[*]'))::VARCHAR AS trimmed FROM ${read})`
    : `SELECT row_number() OVER () AS line, json::VARCHAR AS trimmed FROM ${read}`
}

/** The rows of a bulk request, each with the action before it. */
const withoutActions = (rows: string) =>
  `SELECT line, trimmed, CASE WHEN regexp_matches(before, '${ACTION}') THEN before END AS action
    FROM (SELECT line, trimmed, lag(trimmed) OVER () AS before FROM (${rows}))
    WHERE NOT regexp_matches(trimmed, '${ACTION}')`

const insideSource = (column: Column): Column => ({
  ...column,
  aliases: [
    ...(column.aliases ?? []),
    ...[column.name, ...(column.aliases ?? [])].map((name) => `_source.${name}`),
  ],
})

const keysOf = (rows: readonly unknown[]) => [...new Set(rows.flatMap((row) => Object.keys(row as object)))]

function columnOf(
  name: string,
  names: readonly (readonly [string, string])[],
  value: (index: number) => string,
): string {
  const values = names.flatMap(([ours], index) => (ours === name ? [value(index)] : []))
  return values.length > 1 ? `coalesce(${values.join(', ')})` : (values[0] ?? 'NULL::VARCHAR')
}

/**
 * An index selects one element of a list; the other elements are not read.
 * @throws {InputError} when most of the rows have more than one
 */
function sayLongLists(file: string, rows: readonly object[], names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const parts = partsOf(name)
    const at = parts.findIndex((part) => typeof part === 'number')
    if (at < 0) return []
    const list = (row: object) => valueAt(row, parts.slice(0, at))
    const longer = rows.filter((row) => {
      const value = list(row)
      return Array.isArray(value) && value.length > 1
    }).length
    if (longer > rows.length / 2)
      throw new InputError(
        `${file}: ${longer} of the first ${rows.length} rows have more than one element in "${parts.slice(0, at).join('.')}", and the recipe names one of them ("${name}"). Wanted: a row for each element. Export it so that each has a row of its own.`,
      )
    return longer === 0
      ? []
      : [
          `${file}: ${longer} of the first ${rows.length} rows have more than one element in "${parts.slice(0, at).join('.')}"; "${name}" reads one of them.`,
        ]
  })
}

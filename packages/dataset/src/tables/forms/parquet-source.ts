// Parquet: the file defines its columns. Their values are read as text, like those of every other form.
import { InputError } from '@disranker/stage'
import type { Connection } from '../../database/connection.ts'
import { query, queryOne, quote } from '../../database/database.ts'
import { matchColumns } from '../columns.ts'
import { partsOf, sqlPath } from './column-path.ts'
import type { Source, SourceOptions } from './source.ts'

export async function parquetSource(
  connection: Connection,
  file: string,
  { columns, map, confidential }: SourceOptions,
): Promise<Source> {
  const read = `read_parquet(${quote(file)}, file_row_number = true)`
  const described = await query<{ column_name: string; column_type: string }>(
    connection,
    `DESCRIBE SELECT * FROM ${read}`,
  )
  const types = new Map(described.slice(0, -1).map((row) => [row.column_name, row.column_type]))
  const paths = new Map<string, string>()
  const dotted = columns.flatMap(({ aliases = [] }) => aliases.filter((name) => name.includes('.')))
  for (const name of [
    ...types.keys(),
    ...Object.values(map),
    ...(await reachable(connection, read, types, dotted)),
  ]) {
    if (types.has(name)) paths.set(name, identifier(name))
    else if (/^STRUCT|\[\d*\]$/.test(types.get(String(partsOf(name)[0])) ?? ''))
      paths.set(name, sqlPath(name))
  }
  const found = matchColumns(file, columns, map, [...types.keys()], (name) => paths.has(name), confidential)
  const values: string[] = []
  const inexact: string[] = []
  for (const { name, nested } of columns) {
    const theirs = found.get(name)
    const path = theirs === undefined ? undefined : paths.get(theirs)!
    const type = path === undefined ? '' : await typeOf(connection, read, path)
    const isNested = /^(STRUCT|MAP|UNION|VARIANT)|\[\d*\]$/.test(type)
    if (isNested && !nested)
      throw new InputError(
        `${file}: the column "${theirs}" is nested (${type.slice(0, 100)}). Wanted: a plain column for ${name}. Name the inner field in \`columns\` of recipes/pairs.ts, as in "${theirs}.${type.endsWith(']') ? '0' : 'inner'}", or flatten the column before you export it.`,
      )
    if (path !== undefined && /(^|_)id$/.test(name) && /^(DOUBLE|FLOAT)$/.test(type))
      inexact.push(
        `WHEN abs(${path}) >= ${type === 'DOUBLE' ? 2 ** 53 : 2 ** 24} THEN '${name} ' || ${path} || ' is a floating number that has lost its last digits; export the column as text or as whole numbers'`,
      )
    values.push(
      `${path === undefined ? 'NULL::VARCHAR' : isNested ? `to_json(${path})::VARCHAR` : asText(path, type)} AS "${name}"`,
    )
  }
  return {
    found,
    line: 0,
    // the file's own row number; counting would serialise the threads
    source: `SELECT file_row_number + 1 AS line, ${inexact.length > 0 ? `CASE ${inexact.join(' ')} END` : 'NULL::VARCHAR'} AS unreadable, ${values.join(', ')} FROM ${read}`,
  }
}

const typeOf = async (connection: Connection, read: string, path: string) =>
  (await queryOne<{ column_type: string }>(connection, `DESCRIBE SELECT ${path} AS value FROM ${read}`))
    .column_type

/** Old writers store text as bytes, and whole numbers as floating-point ones if some are missing. */
function asText(path: string, type: string): string {
  if (type === 'BLOB') return `try(decode(${path}))`
  if (type === 'DOUBLE' || type === 'FLOAT')
    return `CASE WHEN ${path} = floor(${path}) AND abs(${path}) < 9e15 THEN ${path}::BIGINT::VARCHAR ELSE ${path}::VARCHAR END`
  return `${path}::VARCHAR`
}

const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`

/** The paths into structs that lead to a column. */
async function reachable(
  connection: Connection,
  read: string,
  types: ReadonlyMap<string, string>,
  names: readonly string[],
): Promise<string[]> {
  const found: string[] = []
  for (const name of names) {
    if (!types.get(String(partsOf(name)[0]))?.startsWith('STRUCT')) continue
    const there = await typeOf(connection, read, sqlPath(name)).then(
      () => true,
      () => false,
    )
    if (there) found.push(name)
  }
  return found
}

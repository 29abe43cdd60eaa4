// Rows of a file a person brings, read by DuckDB as text with their line numbers, so that a bad value is named by its line
// and never guessed at. Streams; what does not fit into memory spills to the disk.
import { basename } from 'node:path'
import { InputError } from '@disranker/stage'
import { type Column, type ColumnMap, matchColumns, sayColumns } from './columns.ts'
import type { Connection, Values } from './connection.ts'
import { type Database, isDiskFull, query, queryOne, quote } from './database.ts'
import { compressionOf, type InputTable, peek } from './input-files.ts'

/** bytes; a longer line is a bad row */
const MAX_LINE = 16_777_216

export interface TableOptions {
  readonly map?: ColumnMap | undefined
  /** columns of a table without a header, when its first line names none of ours */
  readonly headerless?: readonly string[]
  /** SQL expressions over `source.<column>` for the table to hold; without it, the columns as text */
  readonly select?: string
  /** SQL joins beside `source` */
  readonly join?: string
  /** the rows with further columns for `select`: what several of its expressions need, and would each compute anew */
  readonly derive?: (source: string) => string
  /** what `$name` stands for in `select` */
  readonly values?: Values
  /** no message may name a value or a column of the file */
  readonly confidential?: boolean
}

/** where a table came from, for messages about its rows */
export interface Loaded {
  readonly input: InputTable
  readonly rows: number
  /** our names for the columns that are there */
  readonly columns: ReadonlySet<string>
  /** what a person shall know of how it was read */
  readonly said: readonly string[]
}

/**
 * Makes the table `name` with the columns `file` (index into the input's files), `line` (from 1; of a table without
 * lines, the row), `unreadable` (why, else null) and a text column for each of `columns` (null where a row has none), or
 * what `select` says.
 * @throws {InputError} when a file is empty, cannot be read, or lacks a required column
 */
export async function loadTable(
  database: Database,
  name: string,
  input: InputTable,
  columns: readonly Column[],
  options: TableOptions = {},
): Promise<Loaded> {
  const { connection } = database
  const said = new Set<string>()
  const there = new Set<string>()
  for (const [index, file] of input.files.entries()) {
    const table = index === 0 ? name : `${name}_more`
    try {
      const told = input.origin === undefined ? columns : [...columns, ...ORIGIN]
      const { source, found, line } = await sourceOf(connection, file, input, told, options, table)
      const place =
        input.origin === undefined
          ? `${index}::INTEGER AS file, source.line + ${line} AS line`
          : 'source.origin_file::INTEGER AS file, source.origin_line::BIGINT AS line'
      for (const name of found.keys()) there.add(name)
      const saying = sayColumns(input.path, found)
      if (saying !== undefined) said.add(saying)
      const derived = options.derive?.(source) ?? source
      const select = options.select ?? columns.map((column) => `source."${column.name}"`).join(', ')
      await database.run(
        `reading ${basename(file)}`,
        `CREATE OR REPLACE TABLE ${table} AS
        SELECT ${place}, source.unreadable, ${select}
        FROM (${derived}) AS source ${options.join ?? ''}`,
        options.values,
      )
      if (input.form !== 'parquet' && input.form !== 'json') await keepRejects(connection, table)
      if (table !== name) {
        await connection.run(`INSERT INTO ${name} SELECT * FROM ${table}; DROP TABLE ${table}`)
      }
    } catch (error) {
      if (error instanceof InputError || isDiskFull(error) || isInterrupted(error)) throw error
      throw unreadable(file, columns, error as Error)
    }
  }
  const { rows } = await queryOne<{ rows: number }>(
    connection,
    `SELECT count(*)::DOUBLE AS rows FROM ${name}`,
  )
  if (rows === 0)
    throw new InputError(
      `${input.path} has no rows. Wanted: rows with ${columns.map((column) => column.name).join(', ')}. Export it again, or remove it.`,
    )
  return { input: input.origin ?? input, rows, columns: there, said: [...said] }
}

const ORIGIN: readonly Column[] = [
  { name: 'origin_file', required: true },
  { name: 'origin_line', required: true },
]

const isInterrupted = (error: unknown) => /INTERRUPT/i.test(String((error as Error)?.message))

function unreadable(file: string, columns: readonly Column[], error: Error): InputError {
  const [first = ''] = error.message.split('\n')
  const [, row, reason] = first.match(/in record\/value (\d+): (.*?)[. ]*$/) ?? []
  const what =
    row === undefined
      ? `cannot be read: ${first.replace(/^[\w ]*Error: /, '').slice(0, 300)}`
      : `cannot be read at row ${row}: ${reason}`
  return new InputError(
    `${file} ${what}. Wanted: a whole ${basename(file).split('.').slice(1).join('.')} file with the columns ${columns.map((column) => column.name).join(', ')}. Export it again.`,
    { cause: error },
  )
}

interface Source {
  /** a SELECT with line, unreadable and every column as text */
  readonly source: string
  readonly found: ReadonlyMap<string, string>
  /** what to add to its line */
  readonly line: number
}

/** Reads the head of a file and says how DuckDB shall read the rest. */
async function sourceOf(
  connection: Connection,
  file: string,
  input: InputTable,
  columns: readonly Column[],
  options: TableOptions,
  table: string,
): Promise<Source> {
  const { map = {}, confidential = false } = options
  if (input.form === 'parquet') return parquetSource(connection, file, columns, map, confidential)
  const head = await peek(file)
  if (input.form === 'csv' || input.form === 'tsv')
    return delimitedSource(file, input.form, head, columns, options, table)
  if (input.form === 'text') return textSource(file, columns, table)
  const lines = input.form === 'jsonl' || isJsonLines(head)
  const source = lines ? linesOf(file, table) : jsonDocuments(file, head)
  return jsonSource(connection, file, source, columns, map, confidential)
}

/** A text a line, as the first column. */
const textSource = (file: string, [column, ...others]: readonly Column[], table: string): Source => ({
  line: 0,
  found: new Map([[column!.name, column!.name]]),
  source: `SELECT line, NULL::VARCHAR AS unreadable, trimmed AS "${column!.name}"
    ${others.map(({ name }) => `, NULL::VARCHAR AS "${name}"`).join('')} FROM (${linesOf(file, table)})`,
})

/** A .json file may hold an array, one object after the other, or a line for each. */
function isJsonLines(head: string): boolean {
  if (head.trimStart().startsWith('[')) return false
  const [line = ''] = head.trimStart().split('\n')
  try {
    return typeof JSON.parse(line) === 'object'
  } catch {
    return false
  }
}

const jsonDocuments = (file: string, head: string) =>
  `SELECT row_number() OVER () AS line, json::VARCHAR AS trimmed FROM read_json_objects(${quote(file)},
    format = '${head.trimStart().startsWith('[') ? 'array' : 'unstructured'}', compression = '${compressionOf(file).replace('none', 'uncompressed')}', maximum_object_size = ${MAX_LINE})`

/** Lines as they are, so that one that is no JSON is a bad row and not the end. */
const linesOf = (file: string, table: string) =>
  `SELECT line, trimmed FROM (SELECT row_number() OVER () AS line, trim(text, ' \t\r\ufeff') AS trimmed
    FROM read_csv(${quote(file)}, columns = {'text': 'VARCHAR'}, header = false, auto_detect = false, delim = '\u0001',
      quote = '', escape = '', max_line_size = ${MAX_LINE}, ${lenient(file, table)})) WHERE trimmed <> ''`

/** what text files are read with: a row that cannot be read is kept by its line and reason */
const lenient = (file: string, table: string) =>
  `compression = '${compressionOf(file)}', strict_mode = false, store_rejects = true, rejects_table = '${table}_rejects', rejects_scan = '${table}_scans', rejects_limit = 0`

async function jsonSource(
  connection: Connection,
  file: string,
  source: string,
  columns: readonly Column[],
  map: ColumnMap,
  confidential: boolean,
): Promise<Source> {
  // the keys of the first rows say what the columns are
  const first = await query<{ keys: string[]; row: string }>(
    connection,
    `SELECT json_keys(trimmed) AS keys, trimmed AS row FROM (SELECT trimmed FROM (${source}) LIMIT 5000)
      WHERE json_valid(trimmed) AND json_type(trimmed) = 'OBJECT'`,
  ).finally(() => dropRejects(connection))
  const there = [...new Set(first.flatMap(({ keys }) => keys))]
  const has = (name: string) => there.includes(name) || reaches(first, name)
  const found =
    first.length === 0
      ? new Map(columns.map(({ name }) => [name, map[name] ?? name]))
      : matchColumns(file, columns, map, there, has, confidential)
  const path = (name: string) =>
    there.includes(name) || !name.includes('.')
      ? `$."${name.replaceAll('"', '\\"')}"`
      : `$.${name
          .split('.')
          .map((part) => `"${part}"`)
          .join('.')}`
  // a column that the first rows lack may come later, under any of its names
  const late = columns.filter(({ name }) => !found.has(name))
  const names = [
    ...found,
    ...late.flatMap(({ name, aliases = [] }) => [name, ...aliases].map((theirs) => [name, theirs] as const)),
  ]
  const value = (index: number) => `fields[${index + 1}]`
  const plain = names.filter(([ours]) => !columns.some(({ name, nested }) => name === ours && nested))
  const nested = plain.map(([ours, theirs]) => {
    const index = names.findIndex((pair) => pair[0] === ours && pair[1] === theirs)
    return `WHEN left(${value(index)}, 1) IN ('{', '[') AND json_type(json, ${quote(path(theirs))}) IN ('OBJECT', 'ARRAY')
      THEN '${ours} is nested${confidential ? '' : ` (' || left(${value(index)}, 40) || ')`}; wanted a plain value. Name the inner field in columns of recipes/pairs.ts, as in "outer.inner"'`
  })
  return {
    line: 0,
    found,
    source: `SELECT line, CASE WHEN json IS NULL THEN 'is no JSON object' ${nested.join(' ')} END AS unreadable,
      ${columns.map(({ name }) => `${columnOf(name, names, value)} AS "${name}"`).join(', ')}
      FROM (SELECT line, json, json_extract_string(json, [${names.map(([, theirs]) => quote(path(theirs))).join(', ')}]) AS fields
        FROM (SELECT line, CASE WHEN json_valid(trimmed) AND json_type(trimmed) = 'OBJECT' THEN trimmed END AS json
          FROM (${source})))`,
  }
}

const columnOf = (
  name: string,
  names: readonly (readonly [string, string])[],
  value: (index: number) => string,
) => {
  const values = names.flatMap(([ours], index) => (ours === name ? [value(index)] : []))
  return values.length > 1 ? `coalesce(${values.join(', ')})` : (values[0] ?? 'NULL::VARCHAR')
}

/** Whether one of the rows has a field at the end of a dotted path. */
const reaches = (rows: readonly { row: string }[], name: string) =>
  name.includes('.') &&
  rows.some(
    ({ row }) =>
      name
        .split('.')
        .reduce<unknown>(
          (node, part) => (node as Record<string, unknown> | undefined)?.[part],
          JSON.parse(row),
        ) !== undefined,
  )

/** CSV and TSV: the header alone says what the columns are and what parts them; nothing is guessed from the rows. */
function delimitedSource(
  file: string,
  form: 'csv' | 'tsv',
  head: string,
  columns: readonly Column[],
  { map = {}, headerless, confidential }: TableOptions,
  table: string,
): Source {
  const [header = ''] = head.split(/\r?\n/)
  const delimiter = form === 'tsv' ? '\t' : delimiterOf(header)
  const names = splitHeader(header, delimiter)
  const known = new Set(columns.flatMap(({ name, aliases = [] }) => [name, map[name] ?? name, ...aliases]))
  const bare =
    headerless !== undefined && !names.some((name) => known.has(name)) && names.length === headerless.length
  const there = bare ? headerless : names
  const twice = there.find((name, index) => there.indexOf(name) !== index)
  if (twice !== undefined && known.has(twice))
    throw new InputError(`${file} has the column "${twice}" twice. Wanted: one. Rename or remove the other.`)
  const found = matchColumns(file, columns, map, there, undefined, confidential)
  // a TSV of a search collection quotes nothing, and its texts hold quotes
  const quoting = form === 'tsv' ? `quote = '', escape = ''` : `quote = '"', escape = '"'`
  const declared = [...there, 'excess'].map((_, index) => `'c${index}': 'VARCHAR'`)
  const values = columns.map(({ name }) => {
    const theirs = found.get(name)
    return `${theirs === undefined ? 'NULL::VARCHAR' : `c${there.indexOf(theirs)}`} AS "${name}"`
  })
  // null_padding: dwell_ms may be left off at the end of a row
  return {
    found,
    line: bare ? 0 : 1,
    source: `SELECT row_number() OVER () AS line,
      CASE WHEN c${there.length} IS NOT NULL THEN 'has more values than the header has columns (${there.length})' END AS unreadable,
      ${values.join(', ')} FROM read_csv(${quote(file)}, columns = {${declared.join(', ')}}, header = ${!bare},
        auto_detect = false, delim = ${quote(delimiter)}, ${quoting}, null_padding = true, parallel = false,
        max_line_size = ${MAX_LINE}, ${lenient(file, table)})`,
  }
}

function delimiterOf(header: string): string {
  const count = (delimiter: string) => splitHeader(header, delimiter).length
  return [',', ';', '\t', '|'].reduce((best, next) => (count(next) > count(best) ? next : best))
}

function splitHeader(header: string, delimiter: string): string[] {
  const names: string[] = []
  let name = ''
  let quoted = false
  for (const letter of header) {
    if (letter === '"') quoted = !quoted
    else if (letter === delimiter && !quoted) {
      names.push(name.trim())
      name = ''
    } else name += letter
  }
  return [...names, name.trim()]
}

async function parquetSource(
  connection: Connection,
  file: string,
  columns: readonly Column[],
  map: ColumnMap,
  confidential: boolean,
): Promise<Source> {
  const read = `read_parquet(${quote(file)}, file_row_number = true)`
  const described = await query<{ column_name: string; column_type: string }>(
    connection,
    `DESCRIBE SELECT * FROM ${read}`,
  )
  const types = new Map(described.slice(0, -1).map((row) => [row.column_name, row.column_type]))
  const paths = new Map<string, string>()
  for (const name of [...types.keys(), ...Object.values(map)]) {
    if (types.has(name)) paths.set(name, identifier(name))
    else if (types.get(name.split('.')[0]!)?.startsWith('STRUCT'))
      paths.set(name, name.split('.').map(identifier).join('.'))
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
        `${file}: the column "${theirs}" is nested (${type.slice(0, 100)}). Wanted: a plain column for ${name}. Name the inner field in \`columns\` of recipes/pairs.ts, as in "${theirs}.inner", or flatten the column before you export it.`,
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
    // a number of its own, where counting would keep the threads in line
    source: `SELECT file_row_number + 1 AS line, ${inexact.length > 0 ? `CASE ${inexact.join(' ')} END` : 'NULL::VARCHAR'} AS unreadable, ${values.join(', ')} FROM ${read}`,
  }
}

const typeOf = async (connection: Connection, read: string, path: string) =>
  (await queryOne<{ column_type: string }>(connection, `DESCRIBE SELECT ${path} AS value FROM ${read}`))
    .column_type

/** Old writers leave text as bytes, and whole numbers as floating ones where some are missing. */
function asText(path: string, type: string): string {
  if (type === 'BLOB') return `try(decode(${path}))`
  if (type === 'DOUBLE' || type === 'FLOAT')
    return `CASE WHEN ${path} = floor(${path}) AND abs(${path}) < 9e15 THEN ${path}::BIGINT::VARCHAR ELSE ${path}::VARCHAR END`
  return `${path}::VARCHAR`
}

const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`

/** Adds the rows that DuckDB could not read, and moves the lines of those after them down to where they stand. */
async function keepRejects(connection: Connection, name: string): Promise<void> {
  const { rejects } = await queryOne<{ rejects: number }>(
    connection,
    `SELECT count(*)::INTEGER AS rejects FROM ${name}_rejects`,
  )
  if (rejects > 0) {
    await connection.run(`CREATE OR REPLACE TABLE ${name}_unread AS
      SELECT line, row_number() OVER (ORDER BY line) AS place, reason
      FROM (SELECT line, 'cannot be read: ' || min(split_part(error_message, '.', 1)) AS reason
        FROM ${name}_rejects GROUP BY line)`)
    await connection.run(`UPDATE ${name} SET line = line +
      (SELECT count(*) FROM ${name}_unread AS unread WHERE unread.line - (unread.place - 1) <= ${name}.line)`)
    await connection.run(
      `INSERT INTO ${name} (file, line, unreadable)
        SELECT (SELECT coalesce(max(file), 0) FROM ${name}), line::BIGINT, reason FROM ${name}_unread`,
    )
  }
  await dropRejects(connection)
}

/** The tables of rejected rows outlive a read, and the next one would add to them. */
async function dropRejects(connection: Connection): Promise<void> {
  const tables = await query<{ name: string }>(
    connection,
    `SELECT table_name AS name FROM duckdb_tables() WHERE table_name LIKE '%_rejects' OR table_name LIKE '%_scans'`,
  )
  for (const { name } of tables) await connection.run(`DROP TABLE IF EXISTS "${name}"`)
}

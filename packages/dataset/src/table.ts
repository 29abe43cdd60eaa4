// Rows of a file a user brings (JSONL, CSV or Parquet), read by DuckDB as text with their line numbers, so that a bad
// value is named by its line and never guessed at. Streams; what does not fit into memory spills to the disk.
import { closeSync, existsSync, mkdirSync, openSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '@disranker/stage'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

export interface Column {
  readonly name: string
  readonly required: boolean
}

/** bytes; a longer line is a bad row */
const MAX_LINE = 16_777_216

export interface Database {
  readonly connection: DuckDBConnection
  close(): void
}

/** Opens a database that keeps `memory` at most and spills the rest into `scratch`. */
export async function openDatabase(scratch: string, memory = '2GB'): Promise<Database> {
  const spill = join(scratch, 'duckdb')
  mkdirSync(spill, { recursive: true })
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: memory,
    temp_directory: spill,
    threads: '2',
    // nothing is fetched: no extension, no remote file
    autoinstall_known_extensions: 'false',
  })
  const connection = await instance.connect()
  return {
    connection,
    close() {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

/** The file of the given stem and a known ending, or undefined. */
export function findTable(folder: string, stems: readonly string[]): string | undefined {
  const names = stems.flatMap((stem) => ['jsonl', 'csv', 'parquet'].map((ending) => `${stem}.${ending}`))
  return names.map((name) => join(folder, name)).find((file) => existsSync(file))
}

/**
 * Makes the table `name` with the columns `line`, `unreadable` (why, else null) and a text column for each of `columns`
 * (null where the row has none).
 * @throws {InputError} when the file is empty, cannot be read, or lacks a required column
 */
export async function loadTable(
  { connection }: Database,
  name: string,
  file: string,
  columns: readonly Column[],
): Promise<void> {
  if (statSync(file).size === 0)
    throw new InputError(
      `${file} is empty. Wanted: rows with ${columns.map((column) => column.name).join(', ')}.`,
    )
  const source = quote(file)
  try {
    if (file.endsWith('.jsonl')) await loadLines(connection, name, source, columns)
    else if (file.endsWith('.csv')) await loadCsv(connection, name, file, columns)
    else await loadParquet(connection, name, file, columns)
  } catch (error) {
    if (error instanceof InputError || isDiskFull(error)) throw error
    throw new InputError(
      `${file} cannot be read: ${String((error as Error).message).split('\n')[0]}. Wanted: a whole ${file.split('.').at(-1)} file with the columns ${columns.map((column) => column.name).join(', ')}. Export it again.`,
      { cause: error },
    )
  }
  const [rows] = await query<{ rows: number }>(connection, `SELECT count(*)::INTEGER AS rows FROM ${name}`)
  if (rows!.rows === 0)
    throw new InputError(
      `${file} has no rows. Wanted: rows with ${columns.map((column) => column.name).join(', ')}.`,
    )
}

/** The rows of a query as plain objects. */
export async function query<Row>(connection: DuckDBConnection, sql: string): Promise<Row[]> {
  return (await connection.runAndReadAll(sql)).getRowObjectsJS() as Row[]
}

/** DuckDB reports a full disk in words alone: the system's, or its own when there is no room left to spill to. */
export const isDiskFull = (error: unknown): boolean =>
  /no space left on device|disk quota exceeded|max_temp_directory_size/i.test(
    String((error as Error)?.message),
  )

export const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** what both kinds of text file are read with: a row that cannot be read is kept by its line and reason */
const LENIENT = (name: string) =>
  `strict_mode = false, store_rejects = true, rejects_table = '${name}_rejects', rejects_scan = '${name}_scans', rejects_limit = 0`

/** JSONL: read as lines first, so that a line that is no JSON is a bad row and not the end. */
async function loadLines(
  connection: DuckDBConnection,
  name: string,
  source: string,
  columns: readonly Column[],
) {
  const fields = columns.map(
    (column) => `json_extract_string(json, '$."${column.name}"') AS "${column.name}"`,
  )
  await connection.run(`CREATE TABLE ${name} AS
    SELECT line, CASE WHEN json IS NULL THEN 'is no JSON object' END AS unreadable, ${fields.join(', ')} FROM (
      SELECT line, trimmed, CASE WHEN json_valid(trimmed) AND json_type(trimmed) = 'OBJECT' THEN trimmed END AS json FROM (
        SELECT row_number() OVER () AS line, trim(text, ' \t\r') AS trimmed FROM read_csv(${source},
          columns = {'text': 'VARCHAR'}, header = false, auto_detect = false, delim = '\u0001', quote = '', escape = '',
          max_line_size = ${MAX_LINE}, ${LENIENT(name)}))
      WHERE trimmed <> '')`)
  await keepRejects(connection, name)
  for (const { name: column, required } of columns) {
    if (!required) continue
    const [found] = await query<{ any: boolean }>(
      connection,
      `SELECT count("${column}") > 0 OR bool_and(unreadable IS NOT NULL) AS any FROM ${name}`,
    )
    if (found?.any === false) throw missing(source, column, columns, [])
  }
}

/** CSV: the header alone says what the columns are and what parts them; nothing is guessed from the rows. */
async function loadCsv(connection: DuckDBConnection, name: string, file: string, columns: readonly Column[]) {
  const { there, delimiter } = readHeader(file)
  checkColumns(file, columns, there)
  const declared = [...there, 'excess'].map((column) => `${quote(column)}: 'VARCHAR'`)
  // null_padding: dwell_ms may be left off at the end of a row
  await connection.run(`CREATE TABLE ${name} AS
    SELECT row_number() OVER () + 1 AS line,
      CASE WHEN excess IS NOT NULL THEN 'has more values than the header has columns' END AS unreadable,
      ${selection(columns, there)} FROM read_csv(${quote(file)}, columns = {${declared.join(', ')}}, header = true,
        auto_detect = false, delim = ${quote(delimiter)}, quote = '"', escape = '"', null_padding = true,
        parallel = false, max_line_size = ${MAX_LINE}, ${LENIENT(name)})`)
  await keepRejects(connection, name)
}

async function loadParquet(
  connection: DuckDBConnection,
  name: string,
  file: string,
  columns: readonly Column[],
) {
  const read = `read_parquet(${quote(file)})`
  const described = await query<{ column_name: string }>(connection, `DESCRIBE SELECT * FROM ${read}`)
  const there = described.map((row) => row.column_name)
  checkColumns(file, columns, there)
  await connection.run(`CREATE TABLE ${name} AS
    SELECT row_number() OVER () AS line, NULL::VARCHAR AS unreadable, ${selection(columns, there)} FROM ${read}`)
}

/** Adds the rows that DuckDB could not read, and moves the lines of those after them down to where they stand. */
async function keepRejects(connection: DuckDBConnection, name: string): Promise<void> {
  const [found] = await query<{ rejects: number }>(
    connection,
    `SELECT count(*)::INTEGER AS rejects FROM ${name}_rejects`,
  )
  if (found!.rejects === 0) return
  await connection.run(`CREATE TABLE ${name}_unread AS SELECT line, row_number() OVER (ORDER BY line) AS place, reason
    FROM (SELECT line, 'cannot be read: ' || min(split_part(error_message, '.', 1)) AS reason
      FROM ${name}_rejects GROUP BY line)`)
  await connection.run(`UPDATE ${name} SET line = line +
    (SELECT count(*) FROM ${name}_unread AS unread WHERE unread.line - (unread.place - 1) <= ${name}.line)`)
  await connection.run(
    `INSERT INTO ${name} (line, unreadable) SELECT line::BIGINT, reason FROM ${name}_unread`,
  )
}

function readHeader(file: string): { there: string[]; delimiter: string } {
  const bytes = Buffer.alloc(65_536)
  const handle = openSync(file, 'r')
  const length = readSync(handle, bytes)
  closeSync(handle)
  const [header = ''] = bytes
    .toString('utf8', 0, length)
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
  const count = (delimiter: string) => header.split(delimiter).length
  const delimiter = [',', ';', '\t', '|'].reduce((best, next) => (count(next) > count(best) ? next : best))
  return { there: header.split(delimiter).map((name) => name.trim().replace(/^"(.*)"$/, '$1')), delimiter }
}

const selection = (columns: readonly Column[], there: readonly string[]) =>
  columns
    .map(({ name }) =>
      there.includes(name) ? `"${name}"::VARCHAR AS "${name}"` : `NULL::VARCHAR AS "${name}"`,
    )
    .join(', ')

function checkColumns(file: string, columns: readonly Column[], there: readonly string[]): void {
  for (const { name, required } of columns)
    if (required && !there.includes(name)) throw missing(quote(file), name, columns, there)
}

function missing(
  source: string,
  column: string,
  columns: readonly Column[],
  there: readonly string[],
): InputError {
  const got = there.length > 0 ? ` It has: ${there.join(', ')}.` : ''
  return new InputError(
    `${source.slice(1, -1)} has no column "${column}".${got} Wanted: ${columns
      .map((wanted) => (wanted.required ? wanted.name : `${wanted.name} (optional)`))
      .join(', ')}. Rename the column, or add it.`,
  )
}

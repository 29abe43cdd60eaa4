// Rows of a file a user brings (JSONL, CSV or Parquet), read by DuckDB as text with their line numbers, so that a bad
// value is named by its line and never guessed at. Streams; what does not fit into memory spills to the disk.
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { InputError } from '@disranker/stage'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

export interface Column {
  readonly name: string
  readonly required: boolean
}

export interface Database {
  readonly connection: DuckDBConnection
  close(): void
}

/** Opens a database in memory that may spill into `scratch`. */
export async function openDatabase(scratch: string): Promise<Database> {
  const spill = join(scratch, 'duckdb')
  mkdirSync(spill, { recursive: true })
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: '2GB',
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
 * Makes the table `name` with a column `line` and one text column for each of `columns` (null where the row has none).
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
    else await loadRecords(connection, name, file, columns)
  } catch (error) {
    if (error instanceof InputError) throw error
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

export const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** JSONL: read as lines first, so that a line that is no JSON is a bad row and not the end. */
async function loadLines(
  connection: DuckDBConnection,
  name: string,
  source: string,
  columns: readonly Column[],
) {
  await connection.run(`CREATE TABLE ${name}_lines AS
    SELECT row_number() OVER () AS line, text FROM read_csv(${source}, columns = {'text': 'VARCHAR'},
      header = false, auto_detect = false, delim = '\u0001', quote = '', escape = '', max_line_size = 16777216)`)
  const fields = columns.map(
    (column) => `json_extract_string(json, '$."${column.name}"') AS "${column.name}"`,
  )
  await connection.run(`CREATE TABLE ${name} AS
    SELECT line, json IS NULL AS unreadable, ${fields.join(', ')} FROM (
      SELECT line, CASE WHEN json_valid(text) AND json_type(text) = 'OBJECT' THEN text END AS json
      FROM ${name}_lines WHERE trim(text) <> '')`)
  await connection.run(`DROP TABLE ${name}_lines`)
  for (const { name: column, required } of columns) {
    if (!required) continue
    const [found] = await query<{ any: boolean }>(
      connection,
      `SELECT count("${column}") > 0 OR bool_and(unreadable) AS any FROM ${name}`,
    )
    if (found?.any === false) throw missing(source, column, columns, [])
  }
}

/** CSV and Parquet: the file names its columns. */
async function loadRecords(
  connection: DuckDBConnection,
  name: string,
  file: string,
  columns: readonly Column[],
) {
  const csv = file.endsWith('.csv')
  const read = csv
    ? `read_csv(${quote(file)}, header = true, all_varchar = true, null_padding = true, strict_mode = false)`
    : `read_parquet(${quote(file)})`
  const there = (await query<{ column_name: string }>(connection, `DESCRIBE SELECT * FROM ${read}`)).map(
    (row) => row.column_name,
  )
  for (const { name: column, required } of columns)
    if (required && !there.includes(column)) throw missing(quote(file), column, columns, there)
  const fields = columns.map(({ name: column }) =>
    there.includes(column) ? `"${column}"::VARCHAR AS "${column}"` : `NULL::VARCHAR AS "${column}"`,
  )
  // the first row of a CSV file stands in its second line
  await connection.run(`CREATE TABLE ${name} AS
    SELECT row_number() OVER () + ${csv ? 1 : 0} AS line, false AS unreadable, ${fields.join(', ')} FROM ${read}`)
}

function missing(
  source: string,
  column: string,
  columns: readonly Column[],
  there: readonly string[],
): InputError {
  const got = there.length > 0 ? ` It has: ${there.join(', ')}.` : ''
  return new InputError(
    `${basename(source.slice(1, -1))} (${source.slice(1, -1)}) has no column "${column}".${got} Wanted: ${columns
      .map((wanted) => (wanted.required ? wanted.name : `${wanted.name} (optional)`))
      .join(', ')}. Rename the column, or add it.`,
  )
}

// Reads the rows of a user's file with DuckDB as text with line numbers, so that a bad value is reported with
// its line and never guessed. It streams; data that does not fit into memory spills to the disk.
import { basename } from 'node:path'
import { InputError } from '@disranker/stage'
import type { Connection, Values } from '../database/connection.ts'
import { type Database, isDiskFull, queryOne } from '../database/database.ts'
import type { InputTable } from '../input/input-files.ts'
import { type Column, type ColumnMap, sayColumns } from './columns.ts'
import { delimitedSource } from './forms/delimited-source.ts'
import { jsonSource } from './forms/json-source.ts'
import { textSource } from './forms/lines-source.ts'
import { parquetSource } from './forms/parquet-source.ts'
import { keepRejects } from './forms/rejects.ts'
import type { Source, SourceOptions } from './forms/source.ts'
import { checkWhole, peek } from './forms/whole-file.ts'

export interface TableOptions {
  readonly map?: ColumnMap | undefined
  /**
   * column names of a table without a header, by number of columns, when its first line has none of our names
   */
  readonly headerless?: readonly (readonly string[])[]
  /** SQL expressions over `source.<column>` for the columns of the table; by default the columns as text */
  readonly select?: string
  /** SQL joins with `source` */
  readonly join?: string
  /**
   * the rows with further columns for `select`, which several of its expressions would otherwise compute
   * again
   */
  readonly derive?: (source: string) => string
  /** the values of `$name` in `select` */
  readonly values?: Values
  /** no message may contain a value or a column of the file */
  readonly confidential?: boolean
}

/** the source of a table, for messages about its rows */
export interface Loaded {
  readonly input: InputTable
  readonly rows: number
  /** our names of the columns that exist */
  readonly columns: ReadonlySet<string>
  /** numbers of the files whose last line has no line end: they may be truncated */
  readonly openEnded: ReadonlySet<number>
  /** messages about how it was read */
  readonly said: readonly string[]
}

/**
 * Makes the table `name` with the columns `file` (index into the input's files), `line` (from 1; of a table
 * without lines, the row), `unreadable` (the reason, else null) and a text column for each of `columns` (null
 * if a row has none), or the columns of `select`.
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
  const openEnded = new Set<number>()
  for (const [index, file] of input.files.entries()) {
    const table = index === 0 ? name : `${name}_more`
    try {
      const told = input.origin === undefined ? columns : [...columns, ...ORIGIN]
      const {
        source,
        found,
        line,
        said: sayings = [],
        endsWithNewline,
      } = await openSource(connection, file, input.form, {
        columns: told,
        map: options.map ?? {},
        confidential: options.confidential ?? false,
        headerless: options.headerless ?? [],
        table,
      })
      if (!endsWithNewline && input.form !== 'json') {
        openEnded.add(index)
        // a line of JSON is whole or unreadable
        if (input.form !== 'jsonl')
          said.add(
            `${file}: the last line has no line end. If the file was cut off, rows are missing: export it again.`,
          )
      }
      for (const saying of sayings) said.add(saying)
      const origin =
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
        SELECT ${origin}, source.unreadable, ${select}
        FROM (${derived}) AS source ${options.join ?? ''}`,
        options.values,
      )
      if (input.form !== 'parquet' && input.form !== 'json') await keepRejects(connection, table, index)
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
  return { input: input.origin ?? input, rows, columns: there, openEnded, said: [...said] }
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

/** Checks that the file is complete, and returns how DuckDB must read it. */
async function openSource(
  connection: Connection,
  file: string,
  form: InputTable['form'],
  options: SourceOptions,
): Promise<Source & { endsWithNewline: boolean }> {
  // Parquet has its footer at the end: DuckDB detects a truncated file
  if (form === 'parquet')
    return { ...(await parquetSource(connection, file, options)), endsWithNewline: true }
  const head = await peek(file)
  // judgements and runs that are separated by spaces are also called .tsv
  const byTabs =
    head.split('\n', 1)[0]!.includes('\t') || options.headerless.every(({ length }) => length < 3)
  const source = () => {
    if (form === 'csv' || (form === 'tsv' && byTabs)) return delimitedSource(file, form, head, options)
    if (form === 'text' || form === 'tsv') return textSource(file, head, options)
    return jsonSource(connection, file, form, head, options)
  }
  // before any of its rows is read
  const delimited = form === 'csv' ? await source() : undefined
  const whole = await checkWhole(file, delimited?.delimiter)
  return { ...(delimited ?? (await source())), ...whole }
}

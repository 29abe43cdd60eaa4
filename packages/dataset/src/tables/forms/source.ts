// The SQL with which DuckDB reads the rows of a file as text, for each form.
import type { Column, ColumnMap } from '../columns.ts'

export interface Source {
  /** a SELECT with line, unreadable and every column as text */
  readonly source: string
  /** their name for every column of ours that exists */
  readonly found: ReadonlyMap<string, string>
  /** the number to add to its line */
  readonly line: number
  /** messages about how it is read */
  readonly said?: readonly string[]
  /** the delimiter of a CSV file, whose quotes must be closed */
  readonly delimiter?: string
}

export interface SourceOptions {
  readonly columns: readonly Column[]
  readonly map: ColumnMap
  /** no message may contain a value or a column of the file */
  readonly confidential: boolean
  /**
   * column names of a table without a header, by number of columns, when its first line has none of our names
   */
  readonly headerless: readonly (readonly string[])[]
  /** the output table: the rows that DuckDB rejects go into tables named after it */
  readonly table: string
}

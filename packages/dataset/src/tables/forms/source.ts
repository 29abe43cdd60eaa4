// How DuckDB reads the rows of a file as text, whatever its form.
import type { Column, ColumnMap } from '../columns.ts'

export interface Source {
  /** a SELECT with line, unreadable and every column as text */
  readonly source: string
  /** their name for every column of ours that is there */
  readonly found: ReadonlyMap<string, string>
  /** what to add to its line */
  readonly line: number
  /** what a person shall know of how it is read */
  readonly said?: readonly string[]
  /** what parts the values of a CSV file, whose quotes must be closed */
  readonly delimiter?: string
}

export interface SourceOptions {
  readonly columns: readonly Column[]
  readonly map: ColumnMap
  /** no message may name a value or a column of the file */
  readonly confidential: boolean
  /** names of the columns of a table without a header, by their number, when its first line names none of ours */
  readonly headerless: readonly (readonly string[])[]
  /** the table that is made: what DuckDB rejects goes into tables named after it */
  readonly table: string
}

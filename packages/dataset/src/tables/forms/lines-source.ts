// Lines of text: unchanged, or split at white space as in TREC's files.
import { quote } from '../../database/database.ts'
import { compressionOf } from '../../input/input-files.ts'
import type { Source, SourceOptions } from './source.ts'

/** bytes; a longer line is a bad row */
export const MAX_LINE = 16_777_216

/**
 * SQL for the lines of a file that are not blank, with their numbers: a line without meaning is a bad row,
 * not the end of the file.
 * @param head the first text of the file, which shows its line ends
 */
export const linesOf = (file: string, head: string, table: string): string =>
  `SELECT line, trimmed FROM (SELECT row_number() OVER () AS line, trim(text, ' \t\r\n\ufeff') AS trimmed
    FROM read_csv(${quote(file)}, columns = {'text': 'VARCHAR'}, header = false, auto_detect = false, delim = '\u0001',
      quote = '', escape = '', new_line = '${lineEndOf(head)}', max_line_size = ${MAX_LINE}, ${lenient(file, table)})) WHERE trimmed <> ''`

/** options for reading text files: a row that cannot be read is kept with its line and reason */
export const lenient = (file: string, table: string): string =>
  `compression = '${compressionOf(file)}', strict_mode = false, store_rejects = true, rejects_table = '${table}_rejects',
    rejects_scan = '${table}_scans', rejects_limit = 0`

const lineEndOf = (head: string) => (head.includes('\r\n') ? '\\r\\n' : head.includes('\n') ? '\\n' : '\\r')

/** whether the first line contains column names instead of values */
const HEADER = /^(score|grade|rating|relevance|relevancy|rel|label|judge?ment)$/i

/**
 * One row for each line: whole, as the first column, or split at white space into the columns that
 * `headerless` names for that number of parts.
 */
export function textSource(
  file: string,
  head: string,
  { columns, headerless, table }: SourceOptions,
): Source {
  const lines = linesOf(file, head, table)
  const shapes = headerless.filter((names) => names.length > 1)
  const column = (name: string, value: string) => `${value} AS "${name}"`
  if (shapes.length === 0) {
    const [first, ...others] = columns
    return {
      line: 0,
      found: new Map([[first!.name, first!.name]]),
      source: `SELECT line, NULL::VARCHAR AS unreadable, ${column(first!.name, 'trimmed')}
        ${others.map(({ name }) => `, ${column(name, 'NULL::VARCHAR')}`).join('')} FROM (${lines})`,
    }
  }
  const values = columns.map(({ name }) => {
    const cases = shapes.flatMap((names) =>
      names.includes(name) ? [`WHEN ${names.length} THEN parts[${names.indexOf(name) + 1}]`] : [],
    )
    return column(name, cases.length === 0 ? 'NULL::VARCHAR' : `CASE len(parts) ${cases.join(' ')} END`)
  })
  const wanted = shapes.map((names) => names.join(' ')).join(', or ')
  const [first = ''] = head.trimStart().split(/\r?\n|\r/)
  const titled = HEADER.test(first.trim().split(/\s+/).at(-1) ?? '')
  return {
    line: 0,
    found: new Map(shapes.flat().map((name) => [name, name])),
    source: `SELECT line, CASE WHEN len(parts) NOT IN (${shapes.map((names) => names.length).join(', ')})
        THEN '"' || left(trimmed, 100) || '" has ' || len(parts) || ' columns; wanted ' || ${quote(wanted)} END AS unreadable,
      ${values.join(', ')}
      FROM (SELECT line, trimmed, string_split_regex(trimmed, '[ \t]+') AS parts FROM (${lines}))
      ${titled ? 'WHERE line > 1' : ''}`,
  }
}

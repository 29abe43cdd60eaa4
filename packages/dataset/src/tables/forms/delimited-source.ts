// CSV and TSV: only the header defines the columns and the delimiter; nothing is guessed from the rows.
import { InputError } from '@disranker/stage'
import { quote } from '../../database/database.ts'
import { matchColumns } from '../columns.ts'
import { lenient, MAX_LINE } from './lines-source.ts'
import type { Source, SourceOptions } from './source.ts'

export function delimitedSource(
  file: string,
  form: 'csv' | 'tsv',
  head: string,
  { columns, map, headerless, confidential, table }: SourceOptions,
): Source {
  const [header = ''] = head.split(/\r?\n|\r/)
  const delimiter = form === 'tsv' ? '\t' : delimiterOf(header)
  const names = splitHeader(header, delimiter)
  const known = new Set(
    columns
      .flatMap(({ name, aliases = [] }) => [name, map[name] ?? name, ...aliases])
      .map((name) => name.toLowerCase()),
  )
  const implied = names.some((name) => known.has(name.toLowerCase()))
    ? undefined
    : headerless.find((columns) => columns.length === names.length)
  const there = implied ?? names
  const twice = there.find((name, index) => there.indexOf(name) !== index)
  if (twice !== undefined && known.has(twice.toLowerCase()))
    throw new InputError(`${file} has the column "${twice}" twice. Wanted: one. Rename or remove the other.`)
  const found = matchColumns(file, columns, map, there, undefined, confidential)
  // a TSV of a search collection quotes nothing, and its texts contain quotes
  const quoting = form === 'tsv' ? `quote = '', escape = ''` : `quote = '"', escape = '"'`
  const declared = [...there, 'excess'].map((_, index) => `'c${index}': 'VARCHAR'`)
  const values = columns.map(({ name }) => {
    const theirs = found.get(name)
    return `${theirs === undefined ? 'NULL::VARCHAR' : `c${there.indexOf(theirs)}`} AS "${name}"`
  })
  // null_padding: dwell_ms may be missing at the end of a row
  return {
    found,
    line: implied === undefined ? 1 : 0,
    ...(form === 'csv' && { delimiter }),
    source: `SELECT row_number() OVER () AS line,
      CASE WHEN c${there.length} IS NOT NULL THEN 'has more values than the header has columns (${there.length})' END AS unreadable,
      ${values.join(', ')} FROM read_csv(${quote(file)}, columns = {${declared.join(', ')}}, header = ${implied === undefined},
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

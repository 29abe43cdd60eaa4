// Maps the columns of a file to ours: by the recipe's map, by our own name, or by a common other name. A
// column with another name than ours is reported.
import { InputError } from '@disranker/stage'

export interface Column {
  readonly name: string
  readonly required: boolean
  /** other names of it; the first that exists is used */
  readonly aliases?: readonly string[]
  /** whether a JSON array or object is wanted, as its text */
  readonly nested?: boolean
}

/** their column by our name, for one table; a dot reaches into a nested column */
export type ColumnMap = Readonly<Record<string, string>>

/**
 * Their name for every column of ours that exists.
 * @param has whether the table has a column of that name
 * @throws {InputError} when a required column, or one that the map names, does not exist
 */
export function matchColumns(
  path: string,
  columns: readonly Column[],
  map: ColumnMap,
  there: readonly string[],
  has: (name: string) => boolean = (name) => there.includes(name),
  /** whether messages may contain the names */
  confidential = false,
): Map<string, string> {
  for (const name of Object.keys(map))
    if (!columns.some((column) => column.name === name))
      throw new InputError(
        `The recipe maps the column "${name}" for ${path}, which has no such meaning. Wanted: ${wanted(columns)}. Fix \`columns\` in recipes/pairs.ts.`,
      )
  const found = new Map<string, string>()
  for (const { name, required, aliases = [] } of columns) {
    const mapped = map[name]
    if (mapped !== undefined) {
      if (!has(mapped))
        throw new InputError(
          `${path} has no column "${mapped}", which the recipe names for ${name}.${listed(confidential ? [] : there)} Fix \`columns\` in recipes/pairs.ts.`,
        )
      found.set(name, mapped)
      continue
    }
    const names = [name, ...aliases]
    const lower = (text: string) => text.toLowerCase()
    const theirs =
      names.find((one) => has(one)) ??
      there.find((one) => names.some((ours) => lower(ours) === lower(one)) && has(one))
    if (theirs !== undefined) found.set(name, theirs)
    else if (required) throw missing(path, name, columns, confidential ? [] : there)
  }
  return found
}

/** A message about the columns with another name than ours; undefined when there are none. */
export function sayColumns(path: string, found: ReadonlyMap<string, string>): string | undefined {
  const other = [...found].filter(([ours, theirs]) => ours !== theirs)
  return other.length === 0
    ? undefined
    : `${path}: read ${other.map(([ours, theirs]) => `"${theirs}" as ${ours}`).join(', ')}.`
}

const wanted = (columns: readonly Column[]) =>
  columns.map(({ name, required }) => (required ? name : `${name} (optional)`)).join(', ')

const listed = (there: readonly string[]) =>
  there.length > 0 ? ` It has: ${there.slice(0, 40).join(', ')}.` : ''

function missing(
  path: string,
  name: string,
  columns: readonly Column[],
  there: readonly string[],
): InputError {
  return new InputError(
    `${path} has no column "${name}".${listed(there)} Wanted: ${wanted(columns)}. Rename the column, add it, or name yours in \`columns\` of recipes/pairs.ts.`,
  )
}

/** ids that a tool wrote as floating-point numbers still match those of the documents */
export const idSql = (text: string) =>
  `CASE WHEN ends_with(${text}, '.0') THEN regexp_replace(trim(${text}), '^(\\d+)\\.0$', '\\1') ELSE trim(${text}) END`

// Counts rows that cannot be used, shows them with file, line, column and reason, and skips them up to a
// bound.
import { basename } from 'node:path'
import { InputError, type Progress } from '@disranker/stage'
import { type Database, query, queryOne } from '../database/database.ts'
import { linesOfRecords } from './csv-lines.ts'
import type { Loaded } from './table.ts'

export interface BadRowBound {
  /** share of the rows that may be bad */
  readonly share: number
  /** number of bad rows that are shown */
  readonly show: number
}

/** SQL: a condition on a row, and an expression for the problem */
export type Rule = readonly [condition: string, reason: string]

/** SQL for the reason why a row is bad, from the first of `rules` that applies, or null. */
export const reasonOf = (rules: readonly Rule[], unreadable = 'unreadable'): string =>
  `CASE WHEN ${unreadable} IS NOT NULL THEN ${unreadable} ${rules
    .map(([condition, text]) => `WHEN ${condition} THEN ${text}`)
    .join(' ')} END`

/**
 * Deletes the rows of `table` to which one of `rules` applies and reports them.
 * @returns number of deleted rows
 * @throws {InputError} naming the first bad rows when more than the bound are bad
 */
export async function dropBadRows(
  database: Database,
  table: string,
  loaded: Loaded,
  rules: readonly Rule[],
  bound: BadRowBound,
  progress: Progress,
): Promise<number> {
  const { connection } = database
  await connection.run(`CREATE OR REPLACE TABLE ${table}_bad AS
    SELECT file, line, reason FROM (SELECT file, line, ${reasonOf(rules)} AS reason FROM ${table})
    WHERE reason IS NOT NULL`)
  const { bad, rows } = await queryOne<{ bad: number; rows: number }>(
    connection,
    `SELECT (SELECT count(*) FROM ${table}_bad)::DOUBLE AS bad, (SELECT count(*) FROM ${table})::DOUBLE AS rows`,
  )
  if (bad === 0) return 0
  const { path } = loaded.input
  await refuseCut(database, table, loaded)
  const list = await listBadRows(database, table, loaded, bound.show, bad)
  if (bad > bound.share * rows)
    throw new InputError(
      `${path}: ${bad} of ${rows} rows cannot be used, more than the ${100 * bound.share} % that the recipe allows (badRows.share).\n${list}\nFix the file, or raise the bound.`,
    )
  progress.say(`${path}: skipped ${bad} of ${rows} rows that cannot be used:\n${list}`)
  // not by file and line: several rows may come from one line
  await connection.run(`DELETE FROM ${table} WHERE ${reasonOf(rules)} IS NOT NULL`)
  return bad
}

/**
 * If the last line cannot be used and has no line end, the file was cut off, and an unknown number of rows is
 * missing.
 * @throws {InputError} naming it
 */
async function refuseCut(
  { connection }: Database,
  table: string,
  { input, openEnded }: Loaded,
): Promise<void> {
  for (const file of openEnded) {
    const [cut] = await query<{ line: number; reason: string }>(
      connection,
      `SELECT line::DOUBLE AS line, reason FROM ${table}_bad
        WHERE file = ${file} AND line = (SELECT max(line) FROM ${table} WHERE file = ${file})`,
    )
    if (cut === undefined) continue
    const name = input.files[file]!
    throw new InputError(
      `${name}: the last line is cut off.\n  line ${await lineOf(input, file, cut.line)}: ${cut.reason}\nWanted: a whole file, with an end to its last line. Export it again, or remove the line.`,
    )
  }
}

/** location of a record in a file: a CSV record may have several lines */
async function lineOf({ files, form }: Loaded['input'], file: number, record: number): Promise<number> {
  if (form !== 'csv') return record
  return (await linesOfRecords(files[file]!, [record])).get(record) ?? record
}

async function listBadRows(
  { connection }: Database,
  table: string,
  { input }: Loaded,
  show: number,
  bad: number,
): Promise<string> {
  const shown = await query<{ file: number; line: number; reason: string }>(
    connection,
    `SELECT file, line::DOUBLE AS line, reason FROM ${table}_bad ORDER BY file, line LIMIT ${show}`,
  )
  const word = input.form === 'parquet' || input.form === 'json' ? 'row' : 'line'
  const lines = await Promise.all(
    shown.map(async ({ file, line, reason }) => {
      const name = input.files[file]!
      const where = await lineOf(input, file, line)
      const below = name.startsWith(`${input.path}/`) ? name.slice(input.path.length + 1) : basename(name)
      const shard = input.files.length > 1 ? `${below}, ` : ''
      return `  ${shard}${word} ${where}: ${reason}`
    }),
  )
  return `${lines.join('\n')}${bad > shown.length ? `\n  and ${bad - shown.length} more` : ''}`
}

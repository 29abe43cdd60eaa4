// Rows that cannot be used: counted, shown with their line and reason, skipped up to a bound.
import { InputError, type Progress } from '@disranker/stage'
import { type Database, query } from './table.ts'

export interface BadRowBound {
  /** share of the rows that may be bad */
  readonly share: number
  /** bad rows that are shown */
  readonly show: number
}

/**
 * Deletes the rows of `table` to which one of `rules` applies and says so.
 * @param rules reason by SQL condition
 * @returns how many were deleted
 * @throws {InputError} when more than the bound are bad, with the first of them
 */
export async function dropBadRows(
  { connection }: Database,
  table: string,
  file: string,
  rules: readonly (readonly [condition: string, reason: string])[],
  bound: BadRowBound,
  progress: Progress,
): Promise<number> {
  const reason = `CASE WHEN unreadable IS NOT NULL THEN unreadable ${rules
    .map(([condition, text]) => `WHEN ${condition} THEN ${text}`)
    .join(' ')} END`
  await connection.run(`CREATE OR REPLACE TABLE ${table}_bad AS
    SELECT line, reason FROM (SELECT line, ${reason} AS reason FROM ${table}) WHERE reason IS NOT NULL`)
  const [counts] = await query<{ bad: number; rows: number }>(
    connection,
    `SELECT (SELECT count(*) FROM ${table}_bad)::INTEGER AS bad, (SELECT count(*) FROM ${table})::INTEGER AS rows`,
  )
  const { bad, rows } = counts!
  if (bad === 0) return 0
  const shown = await query<{ line: bigint; reason: string }>(
    connection,
    `SELECT line, reason FROM ${table}_bad ORDER BY line LIMIT ${bound.show}`,
  )
  const lines = shown.map(
    (row) => `  ${file.endsWith('.parquet') ? 'row' : 'line'} ${row.line}: ${row.reason}`,
  )
  const list = `${lines.join('\n')}${bad > shown.length ? `\n  and ${bad - shown.length} more` : ''}`
  if (bad > bound.share * rows)
    throw new InputError(
      `${file}: ${bad} of ${rows} rows cannot be used, more than the ${100 * bound.share} % that the recipe allows (badRows.share).\n${list}\nMend the file, or raise the bound.`,
    )
  progress.say(`${file}: skipped ${bad} of ${rows} rows that cannot be used:\n${list}`)
  await connection.run(`DELETE FROM ${table} WHERE line IN (SELECT line FROM ${table}_bad)`)
  return bad
}

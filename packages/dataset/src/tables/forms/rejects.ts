// Adds the rows that DuckDB could not read to the table as bad rows, with their lines.
import type { Connection } from '../../database/connection.ts'
import { query, queryOne } from '../../database/database.ts'

/**
 * Adds the rows that DuckDB could not read, and corrects the line numbers of the rows after them.
 * @param file the number of the file that the table was read from
 */
export async function keepRejects(connection: Connection, name: string, file: number): Promise<void> {
  const { rejects } = await queryOne<{ rejects: number }>(
    connection,
    `SELECT count(*)::INTEGER AS rejects FROM ${name}_rejects`,
  )
  if (rejects > 0) {
    await connection.run(`CREATE OR REPLACE TABLE ${name}_unread AS
      SELECT line, row_number() OVER (ORDER BY line) AS ordinal, reason
      FROM (SELECT line, CASE WHEN bool_or(error_message LIKE 'Invalid unicode%')
          THEN 'is not UTF-8; convert the file: iconv -f ISO-8859-1 -t UTF-8'
          ELSE 'cannot be read: ' || min(split_part(error_message, '.', 1)) END AS reason
        FROM ${name}_rejects GROUP BY line)`)
    await connection.run(`UPDATE ${name} SET line = line +
      (SELECT count(*) FROM ${name}_unread AS unread WHERE unread.line - (unread.ordinal - 1) <= ${name}.line)`)
    await connection.run(
      `INSERT INTO ${name} (file, line, unreadable)
        SELECT ${file}, line::BIGINT, reason FROM ${name}_unread`,
    )
  }
  await dropRejects(connection)
}

/** The tables of rejected rows outlive a read, and the next read would add to them. */
export async function dropRejects(connection: Connection): Promise<void> {
  const tables = await query<{ name: string }>(
    connection,
    `SELECT table_name AS name FROM duckdb_tables() WHERE table_name LIKE '%_rejects' OR table_name LIKE '%_scans'`,
  )
  for (const { name } of tables) await connection.run(`DROP TABLE IF EXISTS "${name}"`)
}

// Removes sessions that are to be forgotten. Their ids are hashed on reading, like those of the log, so that
// neither the database nor a message ever contains one.
import { InputError, type Progress } from '@disranker/stage'
import { type Database, queryOne } from '../database/database.ts'
import type { InputTable } from '../input/input-files.ts'
import { idSql } from '../tables/columns.ts'
import { loadTable } from '../tables/table.ts'

/** `$salt` is bound and never stored, so the numbers of sessions cannot be computed again after the process. */
export const sessionSql = (id: string) => `md5_number_lower($salt || ${idSql(id)})`

/**
 * Deletes the rows of the listed sessions from the table `log_rows`, and prints the number of rows, never an
 * id.
 * @returns number of deleted rows
 * @throws {InputError} when the list cannot be read as a whole
 */
export async function forgetSessions(
  database: Database,
  list: InputTable | undefined,
  salt: string,
  progress: Progress,
): Promise<number> {
  if (list === undefined) return 0
  const { connection } = database
  await loadTable(
    database,
    'forgotten',
    list,
    [{ name: 'session_id', required: true, aliases: ['session', 'sessionId', 'client_id', 'user_id', 'id'] }],
    {
      headerless: [['session_id']],
      confidential: true,
      select: `CASE WHEN trim(source.session_id) <> '' THEN ${sessionSql('source.session_id')} END AS session`,
      values: { salt },
    },
  )
  const { unreadable, some } = await queryOne<{ unreadable: number; some: number | null }>(
    connection,
    `SELECT count(unreadable)::DOUBLE AS unreadable, min(line) FILTER (unreadable IS NOT NULL)::DOUBLE AS some FROM forgotten`,
  )
  if (unreadable > 0)
    throw new InputError(
      `${list.path}: ${unreadable} lines cannot be read, the first is line ${some}. Wanted: every session that is to be forgotten, an id a line, or in a column session_id. Fix the file.`,
    )
  const { listed, known, rows } = await queryOne<{ listed: number; known: number; rows: number }>(
    connection,
    `SELECT (SELECT count(DISTINCT session) FROM forgotten)::DOUBLE AS listed, count(DISTINCT session)::DOUBLE AS known,
      count(*)::DOUBLE AS rows FROM log_rows WHERE session IN (SELECT session FROM forgotten)`,
  )
  await connection.run(
    'DELETE FROM log_rows WHERE session IN (SELECT session FROM forgotten); DROP TABLE forgotten',
  )
  progress.say(
    `${list.path}: left out ${rows} rows of ${known} sessions; ${listed - known} of the ${listed} listed sessions are not in the log.`,
  )
  return rows
}

/** @throws {InputError} when there is a list, but the log has no sessions any more */
export function refuseToForget(list: InputTable | undefined, log: InputTable): void {
  if (list !== undefined)
    throw new InputError(
      `${list.path} lists sessions to forget, and ${log.path} has views without sessions, from which none can be taken out. Make the views again without these sessions (src/spark), then remove ${list.path}.`,
    )
}

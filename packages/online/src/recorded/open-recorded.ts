// The records as tables: every file of searches and events in a folder, from any writer (our Worker, a
// collector, an export).
import { existsSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { InputError } from '@disranker/stage'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { readTables, SEARCH_ROWS } from './sql.ts'

export interface Recorded {
  readonly connection: DuckDBConnection
  readonly counts: Counts
  close(): void
}

export interface Counts {
  /**
   * lines of the files, and readable rows: the others have no id, no time or no list of ids, or are
   * duplicates
   */
  readonly searchLines: number
  readonly searches: number
  readonly eventLines: number
  readonly events: number
  /** events on a document that their search showed, in time */
  readonly credited: number
}

const FORM = /\.(jsonl|ndjson)(\.gz|\.zst)?$/

/** Files whose names begin with `stem`, or in a folder whose name does, sorted. */
export function recordedFiles(folder: string, stem: string): string[] {
  if (!existsSync(folder))
    throw new InputError(
      `${folder} does not exist. Wanted: a folder with ubi_queries*.jsonl and ubi_events*.jsonl (or .ndjson, also .gz). Bring them with: npm run collect`,
    )
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && FORM.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) =>
      relative(folder, path)
        .split(/[\\/]/)
        .some((part) => part.startsWith(stem)),
    )
    .sort()
}

/**
 * Opens the tables of a folder; needs about as much disk space in `scratch` as the files have.
 * @throws {InputError} when the folder has no searches
 */
export async function openRecorded(folder: string, scratch: string, memory = '2GB'): Promise<Recorded> {
  const queries = recordedFiles(folder, 'ubi_queries')
  const events = recordedFiles(folder, 'ubi_events')
  if (queries.length === 0)
    throw new InputError(
      `${folder} has no searches. Wanted: ubi_queries*.jsonl (or .ndjson, also .gz), one recorded search a line. Bring them with: npm run collect`,
    )
  const instance = await DuckDBInstance.create(join(scratch, 'online.duckdb'), {
    memory_limit: memory,
    temp_directory: scratch,
    threads: '2',
    autoinstall_known_extensions: 'false',
  })
  const connection = await instance.connect()
  try {
    await connection.run("SET TimeZone = 'UTC'")
    await connection.run(readTables(queries, events))
    await connection.run(SEARCH_ROWS)
    const counts = (
      await connection.runAndReadAll(
        `SELECT (SELECT count(*) FROM raw_queries)::DOUBLE AS "searchLines", (SELECT count(*) FROM searches)::DOUBLE AS searches,
  (SELECT count(*) FROM raw_events)::DOUBLE AS "eventLines", (SELECT count(*) FROM events)::DOUBLE AS events,
  (SELECT count(*) FROM credited)::DOUBLE AS credited`,
      )
    ).getRowObjectsJS()[0] as unknown as Counts
    if (counts.searches === 0)
      throw new InputError(
        `${folder} has ${counts.searchLines} lines of searches, and none has a query_id, a timestamp and query_response_object_ids. Wanted: UBI queries (ubisearch.dev). Look at the first line of ${queries[0]}.`,
      )
    return {
      connection,
      counts,
      close() {
        connection.closeSync()
        instance.closeSync()
      },
    }
  } catch (error) {
    connection.closeSync()
    instance.closeSync()
    throw error
  }
}

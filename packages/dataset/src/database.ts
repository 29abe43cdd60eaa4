// DuckDB, which does all that is done to whole tables: it streams, keeps to a memory limit, and spills the rest into a
// folder of the stage.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

export interface Database {
  readonly connection: DuckDBConnection
  /** Another connection, to write while rows stream from the first: what is run on one ends its stream, without a word. */
  connect(): Promise<DuckDBConnection>
  close(): void
}

/**
 * Opens a database that keeps `memory` at most; its tables and what it spills lie in `scratch`.
 * @param signal ends a running statement: its promise is rejected at once
 */
export async function openDatabase(scratch: string, memory = '2GB', signal?: AbortSignal): Promise<Database> {
  const folder = join(scratch, 'duckdb')
  // tables that a killed run left are of no use: the stage begins with the files
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const instance = await DuckDBInstance.create(join(folder, 'tables.duckdb'), {
    memory_limit: memory,
    temp_directory: folder,
    threads: '2',
    // nothing is fetched: no extension, no remote file
    autoinstall_known_extensions: 'false',
  })
  const connection = await instance.connect()
  // a time without a zone means the same on every machine
  await connection.run("SET TimeZone = 'UTC'")
  const interrupt = () => connection.interrupt()
  signal?.addEventListener('abort', interrupt)
  return {
    connection,
    connect: () => instance.connect(),
    close() {
      signal?.removeEventListener('abort', interrupt)
      connection.closeSync()
      instance.closeSync()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The rows of a query as plain objects. */
export async function query<Row>(connection: DuckDBConnection, sql: string): Promise<Row[]> {
  return (await connection.runAndReadAll(sql)).getRowObjectsJS() as Row[]
}

/** The one row of a query that always has one. */
export async function queryOne<Row>(connection: DuckDBConnection, sql: string): Promise<Row> {
  return (await query<Row>(connection, sql))[0]!
}

/** DuckDB reports a full disk in words alone: the system's, or its own when there is no room left to spill to. */
export const isDiskFull = (error: unknown): boolean =>
  /no space left on device|disk quota exceeded|max_temp_directory_size|could not write/i.test(
    String((error as Error)?.message),
  )

export const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`

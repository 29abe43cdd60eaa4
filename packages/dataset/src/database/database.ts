// DuckDB does all the work on whole tables: it streams, keeps to a memory limit, and spills the rest into
// a folder of the stage.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Progress } from '@disranker/stage'
import { DuckDBInstance } from '@duckdb/node-api'
import { type Connection, type Values, wrapConnection } from './connection.ts'

export interface Database {
  readonly connection: Connection
  /** Runs statements that may take minutes on a large log: it shows their progress, and Ctrl-C ends them. */
  run(what: string, sql: string, values?: Values): Promise<void>
  /**
   * A second connection, to write while rows stream from the first: a statement silently ends its
   * connection's stream.
   */
  connect(): Promise<Connection>
  close(): void
}

export interface DatabaseOptions {
  /** maximum memory */
  readonly memory?: string
  /** ends a running statement: its promise is rejected at once */
  readonly signal?: AbortSignal
  readonly progress?: Progress
  /**
   * milliseconds between two checks of a statement's progress; a statement that ends before the first shows
   * nothing
   */
  readonly every?: number
}

/** Opens a database that keeps its tables and its spilled data in `scratch`. */
export async function openDatabase(
  scratch: string,
  { memory = '2GB', signal, progress, every = 2000 }: DatabaseOptions = {},
): Promise<Database> {
  const folder = join(scratch, 'duckdb')
  // tables left by a killed run are of no use: the stage starts from the files
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const instance = await DuckDBInstance.create(join(folder, 'tables.duckdb'), {
    memory_limit: memory,
    temp_directory: folder,
    threads: '2',
    // no downloads: no extension, no remote file
    autoinstall_known_extensions: 'false',
  })
  const connection = wrapConnection(await instance.connect())
  // a time without a zone means the same on every machine
  await connection.run("SET TimeZone = 'UTC'")
  // we count and print the progress ourselves
  await connection.run('SET enable_progress_bar = true; SET enable_progress_bar_print = false')
  const interrupt = () => connection.interrupt()
  signal?.addEventListener('abort', interrupt)
  return {
    connection,
    async run(what, sql, values) {
      const statements = await connection.statements(sql, values)
      const show = progress && watch(connection, progress, what, statements.length, every)
      // an interrupt just before a statement starts would be lost
      const again = setInterval(() => signal?.aborted && interrupt(), 100)
      try {
        for (const [at, statement] of statements.entries()) {
          signal?.throwIfAborted()
          show?.begin(at)
          await statement()
        }
      } finally {
        clearInterval(again)
        show?.end()
      }
    },
    connect: async () => wrapConnection(await instance.connect()),
    close() {
      signal?.removeEventListener('abort', interrupt)
      connection.close()
      instance.closeSync()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A progress bar over several statements, 100 steps each, shown once they take longer than one check. */
function watch(connection: Connection, progress: Progress, what: string, count: number, every: number) {
  let at = 0
  let done = 0
  let shown = false
  const timer = setInterval(() => {
    // below 0 while DuckDB cannot tell
    done = Math.max(done, 100 * at + Math.min(100, Math.max(0, Math.floor(connection.percentage()))))
    if (!shown) progress.start(what, 100 * count, 'hundredths')
    shown = true
    progress.update(done)
  }, every)
  return {
    begin(statement: number) {
      at = statement
    },
    end() {
      clearInterval(timer)
      if (!shown) return
      progress.update(100 * count)
      progress.stop()
    },
  }
}

/** The rows of a query as plain objects. */
export const query = <Row>(connection: Connection, sql: string, values?: Values): Promise<Row[]> =>
  connection.rows<Row>(sql, values)

/** The one row of a query that always has one. */
export async function queryOne<Row>(connection: Connection, sql: string, values?: Values): Promise<Row> {
  return (await query<Row>(connection, sql, values))[0]!
}

/** DuckDB reports a full disk only as text: the system's message, or its own when there is no room to spill. */
export const isDiskFull = (error: unknown): boolean =>
  /no space left on device|disk quota exceeded|max_temp_directory_size|could not write/i.test(
    String((error as Error)?.message),
  )

export const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`

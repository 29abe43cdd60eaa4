// A SQLite file instead of a Worker's D1 database: the same table with the same calls, by the SQLite that
// comes with Node. A read of fifty ids takes less than a millisecond, so it may block the thread.
import { existsSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import type { DocumentsD1 } from '../documents/document-store.ts'

interface Statement {
  all<Row>(): Promise<{ readonly results: readonly Row[] }>
  run(): Promise<unknown>
}

export interface SqliteDocuments extends DocumentsD1 {
  prepare(query: string): Statement & { bind(...values: string[]): Statement }
  /** one transaction: all or none of the statements */
  batch(statements: readonly Statement[]): Promise<void>
  close(): void
}

/** ms to wait for another process that writes */
const BUSY = 2_000

/**
 * @param write creates the file if it does not exist
 * @throws {Error} this Node has no SQLite, or the file cannot be opened
 */
export async function sqliteDocuments(path: string, { write = false } = {}): Promise<SqliteDocuments> {
  const database = await open(path, write)
  database.exec(`PRAGMA busy_timeout = ${BUSY}`)
  const statement = (query: string, values: readonly string[]): Statement => ({
    async all<Row>() {
      return { results: database.prepare(query).all(...values) as Row[] }
    },
    run: async () => database.prepare(query).run(...values),
  })
  return {
    prepare: (query) => ({ ...statement(query, []), bind: (...values) => statement(query, values) }),
    async batch(statements) {
      database.exec('BEGIN')
      try {
        for (const one of statements) await one.run()
        database.exec('COMMIT')
      } catch (error) {
        database.exec('ROLLBACK')
        throw error
      }
    },
    close: () => database.close(),
  }
}

async function open(path: string, write: boolean): Promise<DatabaseSync> {
  const sqlite = await import('node:sqlite').catch(() => undefined)
  if (sqlite === undefined)
    throw new Error(`Node ${process.version} has no SQLite, which holds ${path}. Run Node 22.13 or later.`)
  if (!write && !existsSync(path))
    throw new Error(
      `${path} does not exist. "npm run publish-documents -- <file> --sqlite ${path}" makes it.`,
    )
  try {
    const database = new sqlite.DatabaseSync(path, { readOnly: !write })
    if (!write) database.prepare('SELECT id, document FROM documents LIMIT 1').all()
    return database
  } catch (cause) {
    throw new Error(
      `${path} is no SQLite file of documents: ${(cause as Error).message}. Make it with publish-documents --sqlite.`,
      { cause },
    )
  }
}

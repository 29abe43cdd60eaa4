// The one way to DuckDB. Secrets reach it as bound values and never as SQL text, and the SQL that DuckDB adds to its errors is
// taken off them here, so that no message and no log can show either.
import type { DuckDBAppender, DuckDBConnection, DuckDBDataChunk, DuckDBResult } from '@duckdb/node-api'

/** the values of `$name` in a statement */
export type Values = Readonly<Record<string, string | number>>

export interface Connection {
  /** Runs all statements of the text. Only a text of one statement may have values. */
  run(sql: string, values?: Values): Promise<void>
  /** The rows of a query as plain objects. */
  rows<Row>(sql: string, values?: Values): Promise<Row[]>
  /** The rows of a query as they come; another call on this connection ends them. */
  chunks(sql: string): AsyncGenerator<DuckDBDataChunk>
  createAppender(table: string): Promise<DuckDBAppender>
  /** The statements of a text; each runs on demand. */
  statements(sql: string, values?: Values): Promise<readonly (() => Promise<void>)[]>
  interrupt(): void
  /** of the running statement, -1 while it is not known */
  percentage(): number
  close(): void
}

/**
 * A DuckDB failure in DuckDB's words, without the SQL. It has no `cause`, because the cause contains the SQL.
 */
class DatabaseError extends Error {
  override readonly name = 'DatabaseError'
}

/** @returns the error without SQL, and without the values and words that DuckDB quotes from rows and from SQL */
function withoutSql(error: unknown): Error {
  const said = String((error as Error | undefined)?.message ?? error)
  const [words = ''] = said.split(/\s*\n\s*LINE \d+:/)
  const ofText = /(Conversion|Parser|Binder) Error/.test(words)
  return new DatabaseError((ofText ? words.replace(/'.*'|".*"/s, '...') : words).trim())
}

const guarded = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work()
  } catch (error) {
    throw withoutSql(error)
  }
}

export function wrapConnection(connection: DuckDBConnection): Connection {
  const bound = (values: Values | undefined) => (values === undefined ? undefined : { ...values })
  return {
    run: (sql, values) => guarded(async () => void (await connection.run(sql, bound(values)))),
    rows: <Row>(sql: string, values?: Values) =>
      guarded(async () => (await connection.runAndReadAll(sql, bound(values))).getRowObjectsJS() as Row[]),
    async *chunks(sql) {
      const result: DuckDBResult = await guarded(() => connection.stream(sql))
      for (;;) {
        const chunk = await guarded(() => result.fetchChunk())
        if (chunk === null || chunk.rowCount === 0) return
        yield chunk
      }
    },
    createAppender: (table) => guarded(() => connection.createAppender(table)),
    async statements(sql, values) {
      const extracted = await guarded(() => connection.extractStatements(sql))
      return Array.from(
        { length: extracted.count },
        (_, at) => () =>
          guarded(async () => {
            const statement = await extracted.prepare(at)
            if (values !== undefined && statement.parameterCount > 0) statement.bind({ ...values })
            await statement.run()
            statement.destroySync()
          }),
      )
    },
    interrupt: () => connection.interrupt(),
    percentage: () => connection.progress.percentage,
    close: () => connection.closeSync(),
  }
}

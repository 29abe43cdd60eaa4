// Converts the files of a source to JSON lines. Cloudflare Pipelines writes Parquet, or JSON lines that are
// named `.json`. A training and the report on an experiment read one form, and a folder of a table must not
// have two.
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { sqlText } from '../recorded/metrics.ts'

/** The local name of a file. */
export const linesName = (name: string): string =>
  name.replace(/\.parquet$/, '.jsonl').replace(/\.json(\.gz|\.zst)?$/, '.jsonl$1')

export const isParquet = (name: string): boolean => name.endsWith('.parquet')

/** members of a row with JSON, which a table without nested columns stores as text */
const NESTED = ['query_response_object_ids', 'query_attributes', 'event_attributes']

/** Rows of a Parquet file as JSON lines. A stream of Pipelines without a schema has each row as JSON in the one column `value`. */
export async function* linesOfParquet(file: string): AsyncGenerator<string> {
  const instance = await DuckDBInstance.create(':memory:', { autoinstall_known_extensions: 'false' })
  const connection = await instance.connect()
  try {
    await connection.run("SET TimeZone = 'UTC'")
    yield* linesOf(connection, `read_parquet(${sqlText(file)}, hive_partitioning = false)`)
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** @param table a table expression for SQL */
async function* linesOf(connection: DuckDBConnection, table: string): AsyncGenerator<string> {
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${table}`)
  const columns = described.getRowObjectsJS() as { column_name: string; column_type: string }[]
  const names = columns.map(({ column_name }) => column_name)
  const texts = columns.filter(
    ({ column_name, column_type }) => NESTED.includes(column_name) && /^(VARCHAR|JSON)$/.test(column_type),
  )
  const replaced = texts.map(
    ({ column_name: name }) => `coalesce(try_cast(${name} AS JSON), to_json(${name})) AS ${name}`,
  )
  const row = replaced.length === 0 ? '*' : `* REPLACE (${replaced.join(', ')})`
  const line =
    names.includes('value') && !names.includes('query_id')
      ? `SELECT value::VARCHAR AS line FROM ${table}`
      : `SELECT to_json(rows)::VARCHAR AS line FROM (SELECT ${row} FROM ${table}) AS rows`
  for await (const chunk of (await connection.stream(line)).yieldRowsJs())
    yield chunk.map(([text]) => `${text}\n`).join('')
}

// Clusters queries that are nearly the same; a cluster is in one split. Otherwise a model would be tested on
// queries that it has memorised.
import { DuckDBDataChunk, INTEGER } from '@duckdb/node-api'
import type { Database } from '../database/database.ts'
import { queryOne } from '../database/database.ts'
import { sql } from '../database/sql.ts'

/** number of letters from which on one edit does not make another word */
const SHORTEST = 8

/**
 * Writes the table `clusters` (key, cluster), of all judged and logged queries except weak ones; `cluster` is
 * a key, too.
 */
export async function clusterQueries(database: Database): Promise<void> {
  const { connection } = database
  await database.run(
    'pairs: near-duplicates',
    sql(new URL('./near-duplicates.sql', import.meta.url), { shortest: SHORTEST }),
  )
  const { keys } = await queryOne<{ keys: number }>(
    connection,
    'SELECT count(*)::INTEGER AS keys FROM query_keys',
  )
  const parent = Int32Array.from({ length: keys }, (_, number) => number)
  const root = (number: number): number => {
    let at = number
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!
      at = parent[at]!
    }
    return at
  }
  const touched = new Set<number>()
  for await (const chunk of connection.chunks('SELECT one, other FROM near_duplicates')) {
    const [one, other] = chunk.getColumns() as [number[], number[]]
    for (const [i, number] of one.entries()) {
      const [a, b] = [root(number), root(other[i]!)]
      // the smaller key is the root, whatever the order of the pairs
      parent[Math.max(a, b)] = Math.min(a, b)
      touched.add(number).add(other[i]!)
    }
  }
  await connection.run('CREATE TABLE joined (number INTEGER, root INTEGER)')
  const appender = await connection.createAppender('joined')
  const numbers = [...touched].filter((number) => root(number) !== number)
  for (let from = 0; from < numbers.length; from += 2048) {
    const part = numbers.slice(from, from + 2048)
    const chunk = DuckDBDataChunk.create([INTEGER, INTEGER])
    chunk.setColumns([part, part.map(root)])
    appender.appendDataChunk(chunk)
  }
  appender.closeSync()
  await connection.run(`CREATE TABLE clusters AS
    SELECT query_keys.key, coalesce(first.key, query_keys.key) AS cluster
    FROM query_keys LEFT JOIN joined USING (number) LEFT JOIN query_keys AS first ON first.number = joined.root;
    DROP TABLE near_duplicates; DROP TABLE joined; DROP TABLE query_keys`)
}

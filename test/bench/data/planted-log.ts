// A click log whose truth is known: documents with planted grades, a first stage that errs, people who read a page in one of
// two ways. Drawn by DuckDB, so that ten million rows take seconds.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'

export interface Planted {
  /** rows of the log, ten a view */
  readonly rows: number
  /** how users read: every position with its own probability, or down the page until they are satisfied */
  readonly people: 'position-based' | 'dynamic-bayesian'
  /**
   * different queries; 500 by default. A log says more about one the more views it has, rows / (10 queries)
   * in the mean
   */
  readonly queries?: number
  /** another log of the same kind for every number */
  readonly seed?: number
}

const QUERIES = 500
const DOCUMENTS = 20
const PAGE = 10
/** probability of a click on what was looked at, and of being satisfied by it, for the grades 0, 1, 2, 3 */
const ATTRACTION = '[0.03, 0.12, 0.35, 0.75]'
const SATISFACTION = '[0.05, 0.2, 0.4, 0.7]'

/**
 * Writes clicks.parquet and documents.jsonl into `folder`.
 * @returns the grade by document id; an id is `<query>-<number>`, the texts say nothing
 */
export async function plantLog(
  folder: string,
  { rows, people, queries = QUERIES, seed = 0 }: Planted,
): Promise<Map<string, number>> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: '2GB',
    temp_directory: join(folder, 'spill'),
  })
  const connection = await instance.connect()
  const run = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJS()
  await run(`SELECT setseed(${0.4 - 0.01 * seed})`)
  // most documents are of no use, few are the right ones; the first stage sees that through noise
  await run(`CREATE TABLE planted AS SELECT q, n, grade,
      row_number() OVER (PARTITION BY q ORDER BY grade + 5 * noise DESC, n) AS rank
    FROM (SELECT q, n, noise,
        CASE WHEN chance < 0.62 THEN 0 WHEN chance < 0.82 THEN 1 WHEN chance < 0.94 THEN 2 ELSE 3 END AS grade
      FROM (SELECT q, n, random() AS noise, random() AS chance
        FROM range(${queries}) AS queries(q), range(${DOCUMENTS}) AS documents(n)))`)
  // some queries are asked a hundred times as often as others
  await run(`CREATE TABLE asked AS SELECT view, least(${queries - 1}, floor(${queries} * pow(random(), 2)))::INTEGER AS q,
      random() < 0.2 AS shuffled FROM range(${Math.round(rows / PAGE)}) AS views(view)`)
  await run(`CREATE TABLE shown AS SELECT view, asked.q, n, grade,
      row_number() OVER (PARTITION BY view ORDER BY CASE WHEN shuffled THEN random() ELSE rank END) AS place
    FROM asked JOIN planted ON planted.q = asked.q AND rank <= ${PAGE}`)
  const attracted = `random() < ${ATTRACTION}[grade + 1]`
  const clicked =
    people === 'position-based'
      ? `SELECT *, random() < 1 / place AND ${attracted} AS clicked FROM shown`
      : `SELECT *, attracted AND place <= coalesce(min(CASE WHEN stops THEN place END) OVER (PARTITION BY view), ${PAGE}) AS clicked
          FROM (SELECT *, (attracted AND random() < ${SATISFACTION}[grade + 1]) OR random() > 0.85 AS stops
            FROM (SELECT *, ${attracted} AS attracted FROM shown))`
  await run(`COPY (SELECT timestamp '2026-01-01' + to_seconds(view) AS timestamp, 's' || view AS session_id,
      'find ' || md5(q::VARCHAR) AS query, q || '-' || n AS doc_id, place AS position, clicked
    FROM (${clicked})) TO '${join(folder, 'clicks.parquet')}' (FORMAT parquet)`)
  const planted = (await run('SELECT q, n, grade FROM planted')) as { q: bigint; n: bigint; grade: number }[]
  connection.closeSync()
  instance.closeSync()
  writeFileSync(
    join(folder, 'documents.jsonl'),
    planted
      .map(({ q, n }) => `${JSON.stringify({ id: `${q}-${n}`, title: `find document ${n}`, summary: '' })}\n`)
      .join(''),
  )
  return new Map(planted.map(({ q, n, grade }) => [`${q}-${n}`, Number(grade)]))
}

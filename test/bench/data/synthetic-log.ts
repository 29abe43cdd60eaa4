// A click log of any size, with planted relevance, in the files a user brings: DuckDB draws it from hashes, so the same
// size is the same log. Words and queries are as frequent as Zipf says; a query names words of the document it means,
// which stands on its page of ten among that document's neighbours; what is clicked goes by position and relevance.
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'

export interface SyntheticLog {
  /** of the log: ten make a page view */
  readonly rows: number
  readonly documents: number
}

const WORDS = 200_000
const PAGE = 10

const MACROS = `
  CREATE MACRO share(a, b) AS (hash(a, b) % 1000003) / 1000003.0;
  -- 1 .. n, the k-th as likely as 1 / k
  CREATE MACRO zipf(u, n) AS floor(exp(u * ln(n)))::BIGINT;
  CREATE MACRO syllable(n) AS substr('bcdfghjklmnprstvwzqx', (n % 20 + 1)::INTEGER, 1) || substr('aeiou', (n // 20 % 5 + 1)::INTEGER, 1);
  CREATE MACRO word(n) AS syllable(n) || syllable(n // 100) || syllable(n // 10000 + 7);
  CREATE MACRO word_of(document, i) AS word(zipf(share(document, i), ${WORDS}));
`

/** Writes documents.parquet and clicks.parquet, where they are not there yet. */
export async function writeSyntheticLog(folder: string, { rows, documents }: SyntheticLog): Promise<void> {
  if (['documents', 'clicks'].every((name) => existsSync(join(folder, `${name}.parquet`)))) return
  mkdirSync(folder, { recursive: true })
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '2GB', threads: '2' })
  const connection = await instance.connect()
  const write = async (name: string, sql: string) => {
    const file = join(folder, name)
    if (existsSync(file)) return
    await connection.run(`COPY (${sql}) TO '${file}.part' (FORMAT parquet, COMPRESSION zstd)`)
    renameSync(`${file}.part`, file)
  }
  await connection.run(MACROS)
  await write(
    'documents.parquet',
    `SELECT 'd' || d AS id,
      array_to_string([word_of(d, i) FOR i IN range(6)], ' ') AS title,
      array_to_string([word_of(d, i) FOR i IN range(6, 20 + (hash(d) % 30)::BIGINT)], ' ') AS summary
    FROM range(${documents}) t(d)`,
  )
  const views = Math.ceil(rows / PAGE)
  const pool = Math.min(2_000_000, Math.ceil(views / 2))
  await connection.run(`CREATE TEMP TABLE queries AS SELECT query, target,
      array_to_string([word_of(target, (i + query) % 6) FOR i IN range(2 + query % 3)], ' ') AS text
    FROM (SELECT q AS query, (hash(q, 3) % ${documents})::BIGINT AS target FROM range(1, ${pool} + 1) t(q))`)
  // slot 0 is the document meant, 1 .. 9 its neighbours; one page view in four is shuffled
  await write(
    'clicks.parquet',
    `SELECT strftime(TIMESTAMP '2026-01-01' + to_seconds(view * 7776000 // ${views}), '%Y-%m-%dT%H:%M:%SZ') AS timestamp,
      's' || (view // 3) AS session_id,
      text AS query,
      'd' || ((target + slot * 7919) % ${documents}) AS doc_id,
      position,
      share(view, 1000 + slot) < 1.0 / position * (CASE slot WHEN 0 THEN 0.7 WHEN 1 THEN 0.3 WHEN 2 THEN 0.3 ELSE 0.03 END) AS clicked,
      (1000 + 60000 * share(view, 2000 + slot))::INTEGER AS dwell_ms
    FROM (
      SELECT *, (slot + CASE WHEN hash(view) % 4 = 0 THEN hash(view, 5) % ${PAGE} ELSE hash(query) % 3 END)::INTEGER % ${PAGE} + 1 AS position
      FROM (
        SELECT view, query, target, text, unnest(range(${PAGE})) AS slot
        FROM (SELECT view, zipf(share(view, 4), ${pool}) AS query FROM range(${views}) t(view)) JOIN queries USING (query)))`,
  )
  connection.closeSync()
  instance.closeSync()
}

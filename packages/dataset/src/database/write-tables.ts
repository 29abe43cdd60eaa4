// Streams the tables of the database into the files that records.ts describes, without holding them in
// memory.
import { renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { QUERY_VIEWS, SELECT_QUERY_VIEWS } from '../records/query-views.ts'
import { SPLITS } from '../records/read-pairs.ts'
import { type Database, quote } from './database.ts'

/** Writes documents.jsonl, queries.jsonl, clicks.jsonl, qrels.<split>.txt, and query-views.jsonl where the log has test queries. */
export async function writeTables(database: Database, folder: string): Promise<void> {
  const copy = async (select: string, name: string, format: string) => {
    const part = join(folder, `${name}.part`)
    await database.run(`pairs: writing ${name}`, `COPY (${select}) TO ${quote(part)} (${format})`)
    renameSync(part, join(folder, name))
  }
  await copy(
    `SELECT CASE WHEN url IS NULL
        THEN json_object('id', id, 'title', coalesce(title, ''), 'summary', coalesce(summary, ''))
        ELSE json_object('id', id, 'title', coalesce(title, ''), 'summary', coalesce(summary, ''), 'url', url) END
      FROM documents ORDER BY file, line`,
    'documents.jsonl',
    LINES,
  )
  await copy(
    `SELECT json_object('id', id, 'text', text, 'split', split) FROM queries ORDER BY ordinal`,
    'queries.jsonl',
    LINES,
  )
  await copy(
    'SELECT query, document, weight, clicks, impressions FROM click_pairs',
    'clicks.jsonl',
    'FORMAT json',
  )
  for (const split of SPLITS)
    await copy(
      `SELECT query || ' 0 ' || document || ' ' || grade FROM judgements WHERE split = '${split}' ORDER BY ordinal`,
      `qrels.${split}.txt`,
      LINES,
    )
  await copy(SELECT_QUERY_VIEWS, QUERY_VIEWS, LINES)
  if (statSync(join(folder, QUERY_VIEWS)).size === 0) rmSync(join(folder, QUERY_VIEWS))
}

/** writes one text per row unchanged: neither JSON nor an id contains a line break or the quote character */
const LINES = `FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\u0001'`

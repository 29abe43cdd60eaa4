// Strips HTML from titles and summaries. All rows of a column decide whether it is HTML: code in a text, such
// as `Map<K, V>`, is no tag.
import type { Progress } from '@disranker/stage'
import { DuckDBDataChunk, VARCHAR } from '@duckdb/node-api'
import { type Database, queryOne } from '../database/database.ts'
import { plainText, TAGS } from './plain-text.ts'

/** minimal share of a column's texts with tags or entities for the column to be HTML */
const HTML_SHARE = 0.05

const markup = (
  column: string,
) => `(contains(${column}, '<') OR contains(${column}, '&')) AND regexp_matches(${column},
  '(?i)</?(${TAGS.join('|')})(\\s[^<>]*)?/?>|&(amp|lt|gt|quot|apos|nbsp|#\\d+|#x[0-9a-f]+|[a-z]{2,8});')`

/**
 * Strips HTML from the table `documents` (id, title, summary), and prints the columns that had some.
 * @param path of the documents, for the message
 * @returns how many documents were changed
 */
export async function stripHtml(
  database: Database,
  path: string,
  html: 'auto' | 'yes' | 'no',
  progress: Progress,
): Promise<number> {
  if (html === 'no') return 0
  let most = 0
  for (const column of ['title', 'summary'])
    most = Math.max(most, await stripColumn(database, path, column, html, progress))
  return most
}

async function stripColumn(
  { connection }: Database,
  path: string,
  column: string,
  html: 'auto' | 'yes',
  progress: Progress,
): Promise<number> {
  const { marked, texts } = await queryOne<{ marked: number; texts: number }>(
    connection,
    `SELECT count(*) FILTER (${markup(column)})::DOUBLE AS marked, count(*)::DOUBLE AS texts FROM documents WHERE ${column} <> ''`,
  )
  if (marked === 0) return 0
  if (html === 'auto' && marked < HTML_SHARE * texts) {
    progress.say(
      `${path}: ${marked} of ${texts} documents have tags or entities in ${column}, too few for HTML: they stay as they are (documents.html in the recipe takes them out).`,
    )
    return 0
  }
  await connection.run('CREATE TABLE stripped (id VARCHAR, text VARCHAR)')
  const appender = await connection.createAppender('stripped')
  for await (const chunk of connection.chunks(
    `SELECT id, ${column} FROM documents WHERE ${markup(column)}`,
  )) {
    const [ids, texts] = chunk.getColumns() as [string[], string[]]
    const plain = DuckDBDataChunk.create([VARCHAR, VARCHAR])
    plain.setColumns([ids, texts.map(plainText)])
    appender.appendDataChunk(plain)
  }
  appender.closeSync()
  await connection.run(`UPDATE documents SET ${column} = stripped.text FROM stripped WHERE documents.id = stripped.id;
    DROP TABLE stripped`)
  progress.say(
    `${path}: took HTML out of ${column} of ${marked} documents (documents.html in the recipe keeps it).`,
  )
  return marked
}

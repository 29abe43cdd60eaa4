// Finds queries that are a document themselves, as in a search for similar documents: the first stage finds
// the document first, and it is no answer.
import type { Progress } from '@disranker/stage'
import { type Database, query } from '../database/database.ts'
import { sql } from '../database/sql.ts'
import { normalisedSql } from '../records/normalise-query.ts'

/** ids of documents that are the query itself, by its id */
export type OwnDocuments = ReadonlyMap<string, ReadonlySet<string>>

/** shorter texts are names, which a query and a title share for good reasons */
const WORDS = 8

/** Reads the tables `queries`, `documents` and `judgements`, and prints what it found. */
export async function findOwnDocuments(database: Database, progress: Progress): Promise<OwnDocuments> {
  const { connection } = database
  await database.run(
    'pairs: queries that are documents',
    sql(new URL('./own-documents.sql', import.meta.url), {
      words: WORDS,
      queryKey: normalisedSql('text'),
      startKey: normalisedSql('left(text, 400)'),
      textKey: normalisedSql('text'),
    }),
  )
  const rows = await query<{ query: string; document: string }>(connection, 'SELECT * FROM own_documents')
  await connection.run('DROP TABLE own_documents')
  const own = new Map<string, Set<string>>()
  for (const { query, document } of rows) {
    const documents = own.get(query) ?? new Set<string>()
    own.set(query, documents.add(document))
  }
  const [first] = rows
  if (first !== undefined)
    progress.say(
      `pairs: ${own.size} queries are documents themselves, by their text or their id (${first.query} is ${first.document}): these are left out of their candidates.`,
    )
  return own
}

// The documents, and the queries and judgements that may come with them.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { InputError, type Progress } from '@disranker/stage'
import { type BadRowBound, dropBadRows } from './bad-rows.ts'
import { normaliseQuery } from './click-log.ts'
import type { Document, Judgements, Query } from './records.ts'
import { readQrels } from './runs.ts'
import { hashText } from './seeded-sampler.ts'
import { type Database, findTable, loadTable, query } from './table.ts'

/**
 * Reads documents.{jsonl,csv,parquet} and leaves them in the table `documents`.
 * @throws {InputError} when the file is missing, lacks a column, or has too many bad rows
 */
export async function readDocuments(
  database: Database,
  folder: string,
  bound: BadRowBound,
  progress: Progress,
): Promise<Document[]> {
  const file = findTable(folder, ['documents'])
  if (file === undefined)
    throw new InputError(
      `${folder} has no documents. Wanted: documents.jsonl, documents.csv or documents.parquet with id, title, summary and url (optional).`,
    )
  await loadTable(database, 'documents', file, [
    { name: 'id', required: true },
    { name: 'title', required: true },
    { name: 'summary', required: true },
    { name: 'url', required: false },
  ])
  const rules = [
    [`id IS NULL OR id = ''`, `'id is empty'`],
    // ids stand in TREC files, whose columns spaces part
    [`regexp_matches(id, '\\s')`, `'id "' || id || '" has white space'`],
    [
      `line IN (SELECT line FROM (SELECT line, row_number() OVER (PARTITION BY id ORDER BY line) AS time FROM documents) WHERE time > 1)`,
      `'id "' || id || '" came before'`,
    ],
    [`trim(coalesce(title, '') || coalesce(summary, '')) = ''`, `'title and summary are empty'`],
  ] as const
  await dropBadRows(database, 'documents', file, rules, bound, progress)
  const rows = await query<{ id: string; title: string | null; summary: string | null; url: string | null }>(
    database.connection,
    'SELECT id, title, summary, url FROM documents ORDER BY line',
  )
  return rows.map(({ id, title, summary, url }) => ({
    id,
    title: title ?? '',
    summary: summary ?? '',
    ...(url !== null && { url }),
  }))
}

/** Queries of the given splits, and grades by query id; both empty when a user brings a bare click log. */
export interface Judged {
  readonly queries: readonly Query[]
  readonly judgements: Judgements
}

/**
 * Reads queries.{jsonl,csv,parquet} (id, text, split) and qrels.txt, where they are.
 * @throws {InputError} when one is there without the other, or too many judgements name unknown queries or documents
 */
export async function readJudged(
  database: Database,
  folder: string,
  documents: readonly Document[],
  bound: BadRowBound,
  progress: Progress,
): Promise<Judged> {
  const file = findTable(folder, ['queries'])
  const qrels = join(folder, 'qrels.txt')
  if (file === undefined && !existsSync(qrels)) return { queries: [], judgements: new Map() }
  if (file === undefined || !existsSync(qrels))
    throw new InputError(
      `${folder} has ${file === undefined ? 'qrels.txt but no queries file' : 'a queries file but no qrels.txt'}. Judgements need both: queries.jsonl (id, text, split) and qrels.txt (TREC: query 0 document grade). Add the other, or remove this one.`,
    )
  await loadTable(database, 'queries', file, [
    { name: 'id', required: true },
    { name: 'text', required: true },
    { name: 'split', required: false },
  ])
  const rules = [
    [`id IS NULL OR id = '' OR regexp_matches(id, '\\s')`, `'id is empty or has white space'`],
    [
      `line IN (SELECT line FROM (SELECT line, row_number() OVER (PARTITION BY id ORDER BY line) AS time FROM queries) WHERE time > 1)`,
      `'id "' || id || '" came before'`,
    ],
    [`"text" IS NULL OR trim("text") = ''`, `'text is empty'`],
    [
      `split IS NOT NULL AND split NOT IN ('train', 'validation', 'test', 'weak')`,
      `'split is ' || split || '; wanted train, validation, test, weak or nothing'`,
    ],
  ] as const
  await dropBadRows(database, 'queries', file, rules, bound, progress)
  const rows = await query<{ id: string; text: string; split: Query['split'] | null }>(
    database.connection,
    'SELECT id, "text", split FROM queries ORDER BY line',
  )
  const judgements = knownOnly(
    readQrels(qrels),
    qrels,
    new Set(rows.map(({ id }) => id)),
    documents,
    bound,
    progress,
  )
  return {
    queries: rows.map(({ id, text, split }) => ({ id, text: text.trim(), split: split ?? splitOf(text) })),
    judgements,
  }
}

/** The split of a query that nobody assigned one: by the hash of its normalised text, 8 : 1 : 1. */
export function splitOf(text: string): 'train' | 'validation' | 'test' {
  const share = hashText(normaliseQuery(text)) / 2 ** 32
  return share < 0.8 ? 'train' : share < 0.9 ? 'validation' : 'test'
}

/** Judgements without those of unknown queries and documents. */
function knownOnly(
  all: Judgements,
  file: string,
  queries: ReadonlySet<string>,
  documents: readonly Document[],
  bound: BadRowBound,
  progress: Progress,
): Judgements {
  const ids = new Set(documents.map(({ id }) => id))
  const unknown: string[] = []
  let count = 0
  const known = new Map<string, Map<string, number>>()
  for (const [id, grades] of all) {
    for (const [document, grade] of grades) {
      count++
      if (!queries.has(id)) unknown.push(`query "${id}" is not in the queries file`)
      else if (!ids.has(document))
        unknown.push(`document "${document}" of query "${id}" is not in the corpus`)
      else known.set(id, (known.get(id) ?? new Map()).set(document, grade))
    }
  }
  if (unknown.length === 0) return known
  const list = unknown.slice(0, bound.show).join('\n  ')
  if (unknown.length > bound.share * count)
    throw new InputError(
      `${file}: ${unknown.length} of ${count} judgements cannot be used, more than the ${100 * bound.share} % that the recipe allows (badRows.share).\n  ${list}\nMend the ids, or raise the bound.`,
    )
  progress.say(`${file}: skipped ${unknown.length} of ${count} judgements:\n  ${list}`)
  return known
}

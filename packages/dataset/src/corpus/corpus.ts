// Reads the documents, and queries and judgements if there are any, into tables of the database.
import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { InputError, type Progress } from '@disranker/stage'
import { type Database, queryOne } from '../database/database.ts'
import { FORM_NAMES, type InputTable } from '../input/input-files.ts'
import type { InputFolder } from '../input/input-folder.ts'
import {
  type JudgementsRecipe,
  loadJudgements,
  queriesOfJudgements,
  readJudgements,
} from '../judgements/judgements.ts'
import type { PairsRecipe } from '../pairs-recipe.ts'
import { normalisedSql } from '../records/normalise-query.ts'
import { type BadRowBound, dropBadRows, type Rule } from '../tables/bad-rows.ts'
import { type ColumnMap, idSql } from '../tables/columns.ts'
import { loadTable } from '../tables/table.ts'
import { stripHtml } from './strip-html.ts'

export interface ReadRecipe {
  readonly badRows: BadRowBound
  readonly columns?: ColumnMap | undefined
}

export interface DocumentFacts {
  readonly documents: number
  readonly badRows: number
  /** documents whose title or summary was cut, and the number of characters cut */
  readonly cut: number
  readonly cutCharacters: number
  /** documents whose text was HTML */
  readonly html: number
}

const twice = (table: string) =>
  `EXISTS (SELECT 1 FROM ${table}_twice AS twice WHERE twice.file = ${table}.file AND twice.line = ${table}.line)`

/**
 * Reads documents (or corpus, or collection) of any form. Writes `documents` (id, title, summary, url) and
 * `document_ids` (id, document: a number).
 * @throws {InputError} when the file is missing, lacks a column, or has too many bad rows
 */
export async function readDocuments(
  database: Database,
  { path, documents: input }: Pick<InputFolder, 'path' | 'documents'>,
  recipe: ReadRecipe & PairsRecipe['documents'],
  progress: Progress,
): Promise<DocumentFacts> {
  const { connection } = database
  if (input === undefined)
    throw new InputError(
      `${path} has no documents. Wanted: documents.jsonl with id, title, summary and url (optional), or the same as ${FORM_NAMES}, or a folder documents/ of such files. Put it there.`,
    )
  const loaded = await loadTable(
    database,
    'documents',
    input,
    [
      {
        name: 'id',
        required: true,
        aliases: ['_id', 'doc_id', 'docid', 'document_id', 'docno', 'pid', 'sku', 'asin'],
      },
      { name: 'title', required: false, aliases: ['name', 'heading'] },
      {
        name: 'summary',
        required: false,
        aliases: ['text', 'body', 'description', 'abstract', 'contents', 'content'],
      },
      { name: 'url', required: false, aliases: ['link'] },
    ],
    { map: recipe.columns, headerless: [['id', 'summary']] },
  )
  for (const line of loaded.said) progress.say(line)
  await connection.run(`UPDATE documents SET id = ${idSql('id')} WHERE id IS NOT NULL`)
  await connection.run(`CREATE TABLE documents_twice AS SELECT file, line FROM (
    SELECT file, line, row_number() OVER (PARTITION BY id ORDER BY file, line) AS time FROM documents) WHERE time > 1`)
  const rules: readonly Rule[] = [
    [`id IS NULL OR id = ''`, `'id is empty'`],
    // ids are written to TREC files, whose columns are separated by spaces
    [`regexp_matches(id, '\\s')`, `'id "' || left(id, 100) || '" has white space'`],
    [twice('documents'), `'id "' || left(id, 100) || '" came before'`],
    [`trim(coalesce(title, '') || coalesce(summary, '')) = ''`, `'title and summary are empty'`],
  ]
  const badRows = await dropBadRows(database, 'documents', loaded, rules, recipe.badRows, progress)
  const html = await stripHtml(database, input.path, recipe.html, progress)
  const cut = await cutLong(database, input, recipe, progress)
  await connection.run(`CREATE TABLE document_ids AS
    SELECT id, (row_number() OVER (ORDER BY id) - 1)::INTEGER AS document FROM documents`)
  const { documents } = await queryOne<{ documents: number }>(
    connection,
    'SELECT count(*)::DOUBLE AS documents FROM documents',
  )
  return { documents, badRows, html, ...cut }
}

async function cutLong(
  { connection }: Database,
  input: InputTable,
  { maxTitle, maxSummary }: PairsRecipe['documents'],
  progress: Progress,
): Promise<{ cut: number; cutCharacters: number }> {
  const long = `length(coalesce(title, '')) > ${maxTitle} OR length(coalesce(summary, '')) > ${maxSummary}`
  const facts = await queryOne<{ cut: number; cutCharacters: number }>(
    connection,
    `SELECT count(*)::DOUBLE AS cut, coalesce(sum(greatest(0, length(coalesce(title, '')) - ${maxTitle})
      + greatest(0, length(coalesce(summary, '')) - ${maxSummary})), 0)::DOUBLE AS "cutCharacters"
      FROM documents WHERE ${long}`,
  )
  if (facts.cut === 0) return facts
  await connection.run(`UPDATE documents SET title = left(title, ${maxTitle}), summary = left(summary, ${maxSummary})
    WHERE ${long}`)
  progress.say(
    `${input.path}: cut ${facts.cut} documents to ${maxTitle} characters of title and ${maxSummary} of summary (${facts.cutCharacters} characters went).`,
  )
  return facts
}

export interface JudgedRecipe extends ReadRecipe {
  readonly judgements: Omit<JudgementsRecipe, 'badRows'>
}

export interface JudgedFacts {
  readonly queries: number
  readonly judgements: number
  readonly badRows: number
  /** number of queries without a grade above 0: they say nothing about an order */
  readonly zeroOnly: number
}

/**
 * Reads queries and qrels, if they exist. Writes `judged_queries` (id, text, key, split, line) and `qrels`
 * (query, document, grade); both are empty if there is only a click log.
 * @throws {InputError} when one is there without the other, or too many judgements name unknown queries or documents
 */
export async function readJudged(
  database: Database,
  { path, queries: input, qrels }: Pick<InputFolder, 'path' | 'queries' | 'qrels'>,
  recipe: JudgedRecipe,
  scratch: string,
  progress: Progress,
): Promise<JudgedFacts> {
  const { connection } = database
  if (input === undefined && qrels === undefined) {
    await connection.run(`CREATE TABLE judged_queries (id VARCHAR, text VARCHAR, key VARCHAR, split VARCHAR, line BIGINT);
      CREATE TABLE qrels (query VARCHAR, document VARCHAR, grade INTEGER, split VARCHAR, line BIGINT)`)
    return { queries: 0, judgements: 0, badRows: 0, zeroOnly: 0 }
  }
  const missing = () =>
    new InputError(
      `${path} has ${input === undefined ? `${basename(qrels!.path)} but no queries file` : 'a queries file but no qrels.txt'}. Judgements need both: queries.jsonl (id, text, split) and qrels.txt (TREC: query 0 document grade; or a folder qrels/ of BEIR's train.tsv, dev.tsv, test.tsv; or qrels.csv with query, document and grade, whose queries may be texts). Add the other, or remove this one.`,
    )
  if (qrels === undefined) throw missing()
  const judgements = { ...recipe.judgements, badRows: recipe.badRows }
  let badQueries = 0
  if (input !== undefined) badQueries = await readQueries(database, input, recipe, progress)
  const rows = await loadJudgements(database, qrels, judgements, scratch, progress)
  if (input === undefined && !(await queriesOfJudgements(database, qrels, progress))) throw missing()
  const badJudgements = await readJudgements(database, qrels, rows, judgements, progress)
  // BEIR names the split by the file of the judgements
  await connection.run(`UPDATE judged_queries SET split = named.split
    FROM (SELECT query, min(split) AS split FROM qrels WHERE split IS NOT NULL GROUP BY query) AS named
    WHERE named.query = judged_queries.id AND judged_queries.split IS NULL`)
  // such a collection has queries for every purpose; those without a judgement are not used
  const folders = statSync(qrels.path).isDirectory()
  if (folders) await connection.run('DELETE FROM judged_queries WHERE id NOT IN (SELECT query FROM qrels)')
  const { unsplit } = await queryOne<{ unsplit: number }>(
    connection,
    `SELECT CASE WHEN count(split) > 0 THEN count(*) - count(split) ELSE 0 END::DOUBLE AS unsplit FROM judged_queries`,
  )
  if (unsplit > 0)
    progress.say(
      `${(input ?? qrels).path}: ${unsplit} queries have no split, and others have one: they are shared out by a hash of their text.`,
    )
  const facts = await queryOne<Omit<JudgedFacts, 'badRows'>>(
    connection,
    `SELECT (SELECT count(*) FROM judged_queries)::DOUBLE AS queries, (SELECT count(*) FROM qrels)::DOUBLE AS judgements,
      (SELECT count(*) FROM (SELECT query FROM qrels GROUP BY query HAVING max(grade) = 0))::DOUBLE AS "zeroOnly"`,
  )
  return { ...facts, badRows: badQueries + badJudgements }
}

/** @returns how many rows could not be used */
async function readQueries(
  database: Database,
  input: InputTable,
  recipe: ReadRecipe,
  progress: Progress,
): Promise<number> {
  const { connection } = database
  const loaded = await loadTable(
    database,
    'judged_queries',
    input,
    [
      { name: 'id', required: true, aliases: ['_id', 'query_id', 'qid', 'query-id'] },
      { name: 'text', required: true, aliases: ['query', 'title'] },
      { name: 'split', required: false },
    ],
    { map: recipe.columns, headerless: [['id', 'text']] },
  )
  for (const line of loaded.said) progress.say(line)
  await connection.run(`UPDATE judged_queries SET id = ${idSql('id')}, split = nullif(trim(split), '')`)
  await connection.run(`CREATE TABLE judged_queries_twice AS SELECT file, line FROM (
    SELECT file, line, row_number() OVER (PARTITION BY id ORDER BY file, line) AS time FROM judged_queries) WHERE time > 1`)
  const rules: readonly Rule[] = [
    [`id IS NULL OR id = '' OR regexp_matches(id, '\\s')`, `'id is empty or has white space'`],
    [twice('judged_queries'), `'id "' || left(id, 100) || '" came before'`],
    [`"text" IS NULL OR trim("text") = ''`, `'text is empty'`],
    [
      `split IS NOT NULL AND split NOT IN ('train', 'validation', 'test', 'weak')`,
      `'split is ' || left(split, 50) || '; wanted train, validation, test, weak or nothing'`,
    ],
  ]
  const bad = await dropBadRows(database, 'judged_queries', loaded, rules, recipe.badRows, progress)
  await connection.run(`CREATE OR REPLACE TABLE judged_queries AS
    SELECT id, trim("text") AS text, ${normalisedSql('"text"')} AS key, split, file * 1000000000 + line AS line
    FROM judged_queries`)
  return bad
}

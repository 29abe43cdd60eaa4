// Human judgements in any form: TREC's lines, BEIR's tables, a table of query, document and grade (Quepid),
// nested JSON (Search Relevance Workbench). A query is given by its id or by its text.
import { basename } from 'node:path'
import type { Progress } from '@disranker/stage'
import { type Database, queryOne, quote } from '../database/database.ts'
import type { InputTable } from '../input/input-files.ts'
import { normalisedSql } from '../records/normalise-query.ts'
import { type BadRowBound, dropBadRows, type Rule } from '../tables/bad-rows.ts'
import { type Column, type ColumnMap, idSql } from '../tables/columns.ts'
import { loadTable } from '../tables/table.ts'
import { type GradeMeaning, gradeSql, wantedGrade } from './grades.ts'
import { flattenNested } from './nested-judgements.ts'

export interface JudgementsRecipe {
  readonly badRows: BadRowBound
  readonly columns?: ColumnMap | undefined
  readonly grades: GradeMeaning
}

const COLUMNS: readonly Column[] = [
  {
    name: 'query',
    required: true,
    aliases: [
      'query_id',
      'query-id',
      'qid',
      'q_id',
      'topic',
      'topic_id',
      'query text',
      'query_text',
      'user_query',
      'text',
    ],
  },
  {
    name: 'document',
    required: true,
    aliases: [
      'doc_id',
      'docid',
      'doc id',
      'docId',
      'docno',
      'corpus-id',
      'document_id',
      'product_id',
      'object_id',
      'pid',
    ],
  },
  {
    name: 'grade',
    required: true,
    aliases: [
      'rating',
      'score',
      'relevance',
      'relevancy',
      'rel',
      'label',
      'judgement',
      'judgment',
      'esci_label',
      'gain',
    ],
  },
]

const BEIR_SPLITS: Readonly<Record<string, string>> = {
  train: 'train',
  dev: 'validation',
  valid: 'validation',
  validation: 'validation',
  test: 'test',
}

/**
 * Makes the table `judgement_rows` (file, line, unreadable, query, key, document, grade: unchanged text).
 * @param scratch folder for the rows of nested files
 */
export async function loadJudgements(
  database: Database,
  input: InputTable,
  { columns }: Pick<JudgementsRecipe, 'columns'>,
  scratch: string,
  progress: Progress,
) {
  const flat = await flattenNested(input, 'grade', scratch)
  const loaded = await loadTable(database, 'judgement_table', flat, COLUMNS, {
    map: columns,
    headerless: [
      ['query', '0', 'document', 'grade'],
      ['query', 'document', 'grade'],
    ],
  })
  for (const line of loaded.said) progress.say(line)
  await database.connection.run(`CREATE TABLE judgement_rows AS SELECT file, line, unreadable, ${idSql('"query"')} AS query,
      ${normalisedSql('"query"')} AS key, ${idSql('document')} AS document, nullif(trim(grade), '') AS grade FROM judgement_table;
    DROP TABLE judgement_table`)
  return loaded
}

/**
 * Queries that only the judgements contain, by their texts, as Quepid and the Search Relevance Workbench
 * export them: makes `judged_queries` from them.
 * @returns whether the judgements have texts
 */
export async function queriesOfJudgements(
  { connection }: Database,
  input: InputTable,
  progress: Progress,
): Promise<boolean> {
  // TREC's lines cannot contain a text
  if (input.form === 'text') return false
  const { queries, spaced } = await queryOne<{ queries: number; spaced: number }>(
    connection,
    `SELECT count(DISTINCT key)::DOUBLE AS queries, count(DISTINCT key) FILTER (contains(key, ' '))::DOUBLE AS spaced FROM judgement_rows`,
  )
  if (spaced < queries / 5) return false
  await connection.run(`CREATE TABLE judged_queries AS
    SELECT 'q' || left(sha256(key), 16) AS id, arg_min(trim("query"), (file, line)) AS text, key, NULL::VARCHAR AS split,
      min(file * 1000000000 + line) AS line
    FROM judgement_rows WHERE key <> '' GROUP BY key`)
  progress.say(`${input.path}: its ${queries} queries are read as texts, since there is no queries file.`)
  return true
}

/**
 * Writes `qrels` (query, document, grade, split, line) from `judgement_rows`, for the queries of
 * `judged_queries` and the documents of `document_ids`.
 * @returns how many rows could not be used
 */
export async function readJudgements(
  database: Database,
  input: InputTable,
  loaded: Awaited<ReturnType<typeof loadJudgements>>,
  { badRows, grades }: JudgementsRecipe,
  progress: Progress,
): Promise<number> {
  const { connection } = database
  const grade = await gradeSql(connection, 'judgement_rows', input, grades, badRows, progress)
  await connection.run(`CREATE TABLE qrels_all AS SELECT rows.*, coalesce(ids.id, texts.id) AS id, (${grade}) AS number
    FROM judgement_rows AS rows LEFT JOIN judged_queries AS ids ON ids.id = rows.query
      LEFT JOIN (SELECT key, min(id) AS id FROM judged_queries GROUP BY key) AS texts ON texts.key = rows.key;
    DROP TABLE judgement_rows`)
  const rules: readonly Rule[] = [
    [`query IS NULL OR query = ''`, `'query is empty'`],
    [`document IS NULL OR document = ''`, `'document is empty'`],
    [
      `number IS NULL`,
      `'grade is ' || coalesce(left(grade, 50), 'missing') || ${quote(`; wanted ${wantedGrade(grades)}`)}`,
    ],
    [`id IS NULL`, `'query "' || left(query, 100) || '" is not in the queries file'`],
    [
      `NOT EXISTS (SELECT 1 FROM document_ids AS d WHERE d.id = qrels_all.document)`,
      `'document "' || left(document, 100) || '" of query "' || left(query, 100) || '" is not in the corpus'`,
    ],
  ]
  const bad = await dropBadRows(database, 'qrels_all', loaded, rules, badRows, progress)
  const split = input.files
    .map((file, index) => [BEIR_SPLITS[basename(file).split('.')[0]!], index] as const)
    .map(([name, index]) => (name === undefined ? '' : `WHEN ${index} THEN '${name}'`))
    .join(' ')
  await connection.run(`CREATE TABLE qrels AS SELECT id AS query, document, max(number) AS grade,
      ${split.trim() === '' ? 'NULL::VARCHAR' : `min(CASE file ${split} END)`} AS split, min(file * 1000000000 + line) AS line,
      max(number) > min(number) AS disputed
    FROM qrels_all GROUP BY id, document; DROP TABLE qrels_all`)
  const { disputed } = await queryOne<{ disputed: number }>(
    connection,
    'SELECT count(*) FILTER (disputed)::DOUBLE AS disputed FROM qrels',
  )
  if (disputed > 0)
    progress.say(
      `${input.path}: ${disputed} documents have several grades for one query: the highest counts.`,
    )
  await connection.run('ALTER TABLE qrels DROP disputed')
  return bad
}
